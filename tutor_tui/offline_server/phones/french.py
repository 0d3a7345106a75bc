"""French by whole sentences, since its words change beside others: "les amis" has a sound that neither word has."""

from __future__ import annotations

from collections.abc import Iterator

from tutor_tui.offline_server.espeak_engine import engine
from tutor_tui.offline_server.phones import by_espeak
from tutor_tui.offline_server.phones.by_espeak import in_latin, phones_of_word, words
from tutor_tui.offline_server.phones.ipa import phones_of
from tutor_tui.offline_server.phones.pronounced import Pronounced
from tutor_tui.offline_server.tts.normalise import spoken_form


def read(sentence: str) -> Iterator[Pronounced]:
    """The words of `sentence`, with their liaisons; without, where espeak-ng makes others of them (numbers)."""
    if spoken_form(sentence, "fr") != sentence:  # what is said is not what stands between the blanks
        yield from by_espeak.read(sentence, "fr")
        return
    written = words(sentence)
    said = engine().ipa(" ".join(map(in_latin, written)), "fr").split()
    together = len(said) == len(written)
    for place, word in enumerate(written):
        yield Pronounced(word, phones_of(said[place], "fr") if together else phones_of_word(word, "fr"))
