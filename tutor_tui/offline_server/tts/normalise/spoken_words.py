"""The words of a sentence, each as it is written and as it is said: for who listens for them."""

from __future__ import annotations

from collections.abc import Iterator

from tutor_tui.offline_server.tts.normalise import spoken_form

_LONGEST = 4
"""Words that belong together when they are said: 3. Mai, 2:30 pm."""
_AROUND = ".,;:!?…\"'“”„«»‹›()[]¡¿。、！？「」（）"


def spoken_words(sentence: str, language: str) -> Iterator[tuple[str, str]]:
    """What is written between blanks, without the marks around it, and what is said.

    A number and what it counts come together where one changes the other: "3 시" is 세 시, and "3,50 €," drei Euro
    fünfzig. Words without figures and signs are said as they are written.
    """
    pieces = sentence.split()
    if spoken_form(sentence, language) == sentence:  # most have nothing in them that is said otherwise
        yield from ((bare, bare) for piece in pieces if _is_word(bare := piece.strip(_AROUND)))
        return
    place = 0
    while place < len(pieces):
        end = _end(pieces, place, language)
        written = " ".join(pieces[place:end])
        said = spoken_form(written, language).strip(_AROUND)
        if _is_word(said):
            yield written.strip(_AROUND), said
        place = end


def _is_word(text: str) -> bool:
    """Not for a dash that stands alone."""
    return any(letter.isalnum() for letter in text)


def _end(pieces: list[str], place: int, language: str) -> int:
    """Behind the first pieces from `place` on that are said as if they stood alone."""

    def said(begin: int, end: int) -> str:
        return spoken_form(" ".join(pieces[begin:end]), language)

    last = min(len(pieces), place + _LONGEST)
    together = said(place, last)
    return next((end for end in range(place + 1, last) if f"{said(place, end)} {said(end, last)}" == together), last)
