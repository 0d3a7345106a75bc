"""Recognising a key where none belongs, as in the setting beside the one that was meant, so that it is not shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

DOTS = "••••"
_KEY = re.compile(
    r"""(?x)
      (?: (?<![\w-]) | (?<= %[0-9A-Fa-f]{2} ) | (?<= \\[nrt] ) )           # also behind what is encoded
        (?i: sk | pk | rk | ek | gsk | xai | hf | ghp | gho | ghs | github_pat | glpat | pplx | nvapi | r8 )
        (?! _ [A-Z_]* KEY \b ) [-_] [\w-]{6,}                               # XAI_API_KEY is a name
    | (?<![\w-]) xox[abprs] - [\w-]{6,}
    | \b AIza [\w-]{20,}
    | \b eyJ [\w-]{8,} (?: \. [\w-]+ )*                                 # a JSON Web Token
    | \b (?i: bearer | basic ) \s+ [\w.~+/=-]{6,}
    | \b [0-9a-f]{8} - (?: [0-9a-f]{4} - ){3} [0-9a-f]{12} \b
    | \b (?= [A-Za-z]* \d ) (?= \d* [A-Za-z] ) [A-Za-z0-9]{20,} \b       # no model or device has so long a word
    | (?<! [\w/+.-] ) (?= [A-Za-z0-9+] [A-Za-z0-9/+]{39} (?! [\w/+-] | \.\w ) )     # 40 characters of all kinds
        (?= [A-Z0-9/+]* [a-z] ) (?= [a-z0-9/+]* [A-Z] ) (?= [A-Za-z/+]* \d ) [A-Za-z0-9/+]{40}
    """
)
"""How providers' keys begin, and what only a key looks like."""
_PASSWORD = re.compile(r"(?<=://)([^/@\s]{0,300})@")
_IN_QUERY = re.compile(
    r"""(?xi)
    ( (?: [?&;\#] | %3f | %26 | %3b | %23 )
      (?: (?:x-)? api[-_]?key | (?:subscription|ocp-apim-subscription)-key | key | (?:access_|auth_|id_)? token | auth
        | sig | signature | (?:client_)? secret | password )
      (?: = | %3d ) )
    ( (?: (?! %26 | %23 ) [^&\s\#"'<>\\] )+ )
    """
)
_HEADER = re.compile(
    r"""(?xi)
    \b ( (?:proxy-)? authorization | (?: x- | xi- | x-goog- )? api-key | cookie | set-cookie )
    ( [\\"']{0,6} \s{0,9} [:=] \s{0,9} [\\"']{0,6} )
    (?: (?: bearer | basic | token ) \s+ )? [^\s"',}\\]+
    """
)


def masked(text: str) -> str:
    """`text` with dots for whatever looks like a key or a password; an address keeps its host."""
    text = _HEADER.sub(rf"\1\2{DOTS}", _PASSWORD.sub(f"{DOTS}@", text))
    return _KEY.sub(DOTS, _IN_QUERY.sub(rf"\1{DOTS}", text))


def secrets_in(address: str) -> Iterator[str]:
    """What an address holds of keys and passwords, as it is written and as it is meant."""
    found = [*(match[2] for match in _IN_QUERY.finditer(address)), *(match[1] for match in _PASSWORD.finditer(address))]
    for secret in found:
        yield from (secret, unquote(secret), secret.rpartition(":")[2])
