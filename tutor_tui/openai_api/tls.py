"""Whom we trust over TLS: whom the system trusts, for HTTP and WebSockets alike."""

from __future__ import annotations

import ssl

import truststore


def system_trust() -> ssl.SSLContext:
    """Checks servers by the system's own store, on macOS and Windows too, where Python's default does not ask it.

    A company's own authority, and `SSL_CERT_FILE` on Linux, count for each connection anew.
    """
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
