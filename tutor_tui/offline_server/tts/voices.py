"""Every voice of the offline tutor: its name, language, engine and licence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

EngineName = Literal["hibari", "kokoro", "espeak-ng"]


@dataclass(frozen=True, slots=True)
class VoiceEntry:
    """One row of the table."""

    name: str
    language: str
    """ISO 639-1."""
    engine: EngineName
    licence: str
    what: str
    """A word or two on who is heard."""
    table: str = ""
    """Kokoro's own name for it, which is that of its file in `voice_tables`."""
    spoken_as: str = ""
    """The language as `kokoro_phones` calls it."""
    gain_db: float = 0.0
    """What makes it as loud as the others."""


_APACHE = "Apache-2.0"


def _kokoro(name: str, what: str, table: str, gain_db: float, spoken_as: str = "") -> VoiceEntry:
    language = name.partition("-")[0]
    return VoiceEntry(name, language, "kokoro", _APACHE, what, table, spoken_as or language, gain_db)


ESPEAK: EngineName = "espeak-ng"
_SPOKEN = ("de", "en", "es", "fr", "it", "ja", "ko", "pt", "zh")
VOICES: tuple[VoiceEntry, ...] = (
    VoiceEntry("en-heart", "en", "hibari", _APACHE, "American, a woman", gain_db=5),
    _kokoro("en-emma", "British, a woman", "bf_emma", 3, "en-gb-x-rp"),
    _kokoro("en-michael", "American, a man", "am_michael", 4, "en-us"),
    _kokoro("es-dora", "a woman", "ef_dora", 5),
    _kokoro("es-alex", "a man", "em_alex", 4),
    _kokoro("fr-siwis", "a woman", "ff_siwis", 0),
    _kokoro("it-sara", "a woman", "if_sara", -4),
    _kokoro("it-nicola", "a man", "im_nicola", 0),
    _kokoro("ja-alpha", "a woman", "jf_alpha", 1),
    _kokoro("ja-kumo", "a man", "jm_kumo", 0),
    _kokoro("pt-dora", "Brazilian, a woman", "pf_dora", 5, "pt-br"),
    _kokoro("pt-alex", "Brazilian, a man", "pm_alex", 5, "pt-br"),
    _kokoro("zh-xiaoxiao", "a woman", "zf_xiaoxiao", -3),
    _kokoro("zh-yunxi", "a man", "zm_yunxi", 4),
    *(VoiceEntry(f"{code}-espeak", code, ESPEAK, "GPL-3.0-or-later", "a synthesiser") for code in _SPOKEN),
)
"""Of each language the one that is liked best first."""


def voices_of(language: str, wanted: Iterable[str] = ()) -> Iterator[VoiceEntry]:
    """The voices that can say `language`: those of the names in `wanted` first, then by the table.

    espeak-ng is the last, whatever the language; where it is wanted it is the only one.
    """
    rows = [each for each in VOICES if each.language == language]
    names = list(wanted)
    rows.sort(key=lambda each: each.name not in names)
    if ESPEAK not in names:
        for each in rows:
            yield each
            if each.engine == ESPEAK:
                return
    yield VoiceEntry(f"{language}-espeak", language, ESPEAK, "GPL-3.0-or-later", "a synthesiser")


def is_name(name: str) -> bool:
    """Whether there is a voice of that name, or an engine that can be asked for alone."""
    return name == ESPEAK or any(each.name == name for each in VOICES)
