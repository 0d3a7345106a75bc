"""A learner's list of words, however their spreadsheet or flashcard program writes it."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.exchange.words import FILM, HOLA, HOSTILE, ITEMS, MET, NOW
from tutor_tui.core.tools import NOTE_CHARACTERS
from tutor_tui.exchange import word_list
from tutor_tui.exchange.columns import LONGEST_TERM
from tutor_tui.exchange.unreadable import Unreadable
from tutor_tui.exchange.word_list import read_word_list
from tutor_tui.exchange.word_table import json_lines, word_table
from tutor_tui.learning.items import ItemKind, KeptItem, Origin, Schedule

KEPT = [KeptItem(each, Schedule(NOW + 86_400, 3.5, 5.0, NOW), uses=2) for each in ITEMS]


def pairs(data: bytes | str, language: str = "ko", *, swap: bool = False) -> list[tuple[str, str]]:
    data = data.encode() if isinstance(data, str) else data
    return [(each.term, each.meaning) for each in read_word_list(data, language, NOW, swap=swap).items]


FILM_AND_BOOK = [("영화", "film"), ("책", "book")]


@pytest.mark.parametrize(
    "data",
    [
        "영화\tfilm\n책\tbook\n",
        "영화,film\r\n책,book",
        "영화;film\n책;book",
        '"영화","film"\n"책","book"\n',
        "\ufeffterm\tmeaning\n영화\tfilm\n책\tbook\n",
        "Meaning;Term\nfilm;영화\nbook;책\n",
        "English,Korean,Notes\nfilm,영화,x\nbook,책,y\n",
        "film\t영화\nbook\t책\n",
        "Front,Back\n영화,film\n\n,\n책,book\n",
        "#separator:tab\n#html:true\n#tags column:3\n<b>영화</b> [sound:a.mp3]\tfilm<br>\tx\n{{c1::책::b…}}\tbook\ty\n",
        "#separator:Semicolon\n#columns:Translation;Word\nfilm;영화\nbook;책\n",
        "영화\tfilm\n책\tbook\n".encode("utf-16"),
    ],
)
def test_it_is_read_however_it_is_written(data: bytes | str) -> None:
    assert pairs(data) == FILM_AND_BOOK


def test_a_quoted_cell_holds_separators_and_line_ends() -> None:
    assert pairs('word,meaning\n"rest, the","what\nis left"\n', "en") == [("rest, the", "what is left")]


def test_what_the_first_column_means_can_be_said() -> None:
    assert pairs("film;película\n", "es") == [("film", "película")]
    assert pairs("film;película\n", "es", swap=True) == [("película", "film")]


def test_more_columns_are_known_by_their_names() -> None:
    (item,) = read_word_list(
        "Kana,Word,Definition,Sentence\nyeonghwa,영화,film,영화를 봤어요.".encode(), "ko", NOW
    ).items
    assert (item.id, item.reading, item.example, item.origin) == (FILM.id, FILM.reading, FILM.example, Origin.IMPORT)
    assert item.added_at == NOW


def test_our_own_table_comes_back_as_it_was() -> None:
    read = read_word_list(word_table(KEPT).encode(), "ja", NOW)
    assert [each.id for each in read.items[:3]] == [FILM.id, MET.id, HOLA.id]
    assert read.items[1].said == MET.said and read.items[1].category == "word order"
    assert read.items[3].term == HOSTILE.term.replace("\x1b", "␛")


def test_what_is_no_word_is_left_out_and_counted() -> None:
    long = "x" * (LONGEST_TERM + 1)
    read = read_word_list(
        f"a\tfirst\n{long}\tlong\n—\tno letter\n\tnothing\na\tagain\nb\t{long * 50}".encode(), "en", NOW
    )
    assert [each.term for each in read.items] == ["a", "b"] and read.left_out == 3
    assert read.items[0].meaning == "again"
    assert len(read.items[1].meaning) == NOTE_CHARACTERS


def test_json_lines_say_how_well_each_is_remembered() -> None:
    first, *_, last = [json.loads(line) for line in json_lines(KEPT).splitlines()]
    assert first | {"added_at": "", "due_at": ""} == {
        "id": FILM.id, "language": "ko", "kind": "word", "term": "영화", "meaning": "film", "example": FILM.example,
        "reading": "yeonghwa", "said": "", "category": "", "lesson_id": "", "known": False, "added_at": "",
        "form": "word", "due_at": "", "stability_days": 3.5, "uses": 2, "lapses": 0, "mended": False,
    }  # fmt: skip
    assert last["term"] == HOSTILE.term and "\x1b" not in json_lines(KEPT)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"\n\n , \n", "it is empty"),
        (b"one\ntwo\n", "it has one column only"),
        (b"\xff\xfe\x00\xd8a", "it is not UTF-8 text"),
        ("über;over".encode("latin-1"), "it is not UTF-8 text"),
        (b"\x7fELF\0\0a\tb", "it is no text"),
        (b'a\t"' + b"x" * 200_000, "line 1 is damaged"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read_word_list(data, "en", NOW)


def test_there_is_an_end_to_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_list, "MOST_WORDS", 10)
    assert len(pairs("".join(f"w{number}\tm\n" for number in range(10)), "en")) == 10
    for many in (11, 21):
        with pytest.raises(Unreadable, match="more than 10 words"):
            pairs("".join(f"w{number}\tm\n" for number in range(many)), "en")


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"#separator:\n#columns:\n\t\n")
@example(b"#separator:\xc2\xa0\na\xc2\xa0b\n")
@example(b'#separator:"\na"b\n')
def test_whatever_is_in_a_file_is_read_or_refused(data: bytes) -> None:
    try:
        read = read_word_list(data, "ko", NOW)
    except Unreadable:
        return
    for item in read.items:
        assert item.kind in (ItemKind.WORD, ItemKind.CORRECTION)
        assert 0 < len(item.term) <= LONGEST_TERM and item.term.isprintable() and item.meaning.isprintable()
