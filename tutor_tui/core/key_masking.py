"""Recognising a key where none belongs, as in the setting beside the one that was meant, so that it is not shown."""

from __future__ import annotations

import re

DOTS = "••••"
_KEY = re.compile(
    r"""(?x)
      (?<![\w-]) (?i: sk | pk | rk | ek | gsk | xai | hf | ghp | gho | ghs | github_pat | glpat | pplx | nvapi | r8 )
        [-_] [\w-]{6,}
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
_PASSWORD = re.compile(r"(?<=://)[^/@\s]{0,300}@")
_IN_QUERY = re.compile(r"(?i)([?&](?:api[-_]?key|key|token|access_token|sig|secret|password)=)[^&\s#]+")


def masked(text: str) -> str:
    """`text` with dots for whatever looks like a key or a password; an address keeps its host."""
    return _KEY.sub(DOTS, _IN_QUERY.sub(rf"\1{DOTS}", _PASSWORD.sub(f"{DOTS}@", text)))
