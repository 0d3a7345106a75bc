"""Drills that go word by word: said again until each word was right, and written down as it is heard."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tutor_tui.core.lesson_plan import DrillKind, DueItem
from tutor_tui.offline_server.backend import LocalBackend
from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.ports.guide import Guide, Reply
from tutor_tui.offline_server.realtime.spoken_lines import voiced
from tutor_tui.openai_api.private_extensions import WantedLesson
from tutor_tui.speech.sentences import sentences
from tutor_tui.speech.words_right import WordsRight

HELLO, DOG, WATER = DueItem("Guten Tag, Frau Müller!", "hello"), DueItem("der Hund", "dog"), DueItem("물", "water")
SCHOOL = DueItem("학교에 가요", "to school")


def begun(kind: DrillKind, *due: DueItem, language: str = "de") -> Guide:
    made = LocalBackend([]).guide(WantedLesson("", "en", due=due, drill=kind), language, [])
    made.greet()
    return made


def heard(*words: tuple[str, bool], text: str = HELLO.term, match: Match = Match.UNSURE) -> Hearing:
    return Hearing(text, match, tuple(HeardWord(word, is_clear) for word, is_clear in words))


def used(*replies: Reply) -> list[tuple[str, str]]:
    return [(use.item, use.how) for reply in replies for use in reply.uses]


def test_a_sentence_is_said_again_until_every_word_was_right_and_a_right_one_stays_so() -> None:
    asking = begun("repeat", HELLO, DOG)
    assert asking.targets == [HELLO.term]
    first = asking.hear(heard(("Guten", True), ("Tag", False), ("Frau", False), ("Müller", True)))
    assert "Guten✓ Tag, Frau Müller✓!" in first.text and first.accepted == ""
    second = asking.hear(heard(("Guten", False), ("Tag", True), ("Frau", False), ("Müller", False)))
    assert "Guten✓ Tag✓, Frau Müller✓!" in second.text
    third = asking.hear(heard(("Guten", False), ("Tag", False), ("Frau", True), ("Müller", False)))
    assert "der Hund." in third.text and used(first, second, third) == [(HELLO.term, "assisted")]
    assert used(asking.answer("Der Hund")) == [("der Hund", "assisted")]


def test_what_never_comes_out_right_comes_again_at_the_end_and_is_called_nothing() -> None:
    asking = begun("repeat", HELLO, DOG)
    replies = [asking.hear(heard(("Guten", True), ("Tag", False))) for _ in range(4)]
    assert "der Hund." in replies[-1].text
    replies.append(asking.answer("der Hund"))
    assert "Guten Tag, Frau Müller!" in replies[-1].text and "✓" not in replies[-1].text, "from the beginning"
    assert used(*replies) == [("der Hund", "assisted")]


def test_a_sentence_that_was_not_heard_is_said_once_more_and_then_another_comes() -> None:
    asking = begun("repeat", HELLO, DOG)
    assert "der Hund." in [asking.hear(None).text for _ in range(2)][-1]


def test_ears_that_know_no_words_ask_once_whether_it_was_said() -> None:
    asking = begun("repeat", HELLO, DOG)
    asking.hear(Hearing(HELLO.term, Match.UNSURE))
    assert asking.doubt == HELLO.term
    assert "der Hund." in asking.answer("ja").text


def test_what_is_typed_turns_words_right_too() -> None:
    asking = begun("repeat", HELLO)
    assert "Guten Tag✓, Frau Müller✓!" in asking.answer("tag muller").text


def test_a_dictation_says_what_it_does_not_show() -> None:
    asking = begun("dictation", HELLO, DOG)
    reply = asking.repeat()
    (blanks,) = reply.spoken
    assert blanks in sentences(reply.text) and voiced(reply, blanks) == HELLO.term and "Müller" not in reply.text
    slower = asking.answer("langsamer")
    assert slower.pace == "slower" and slower.spoken == reply.spoken
    first = asking.answer("guten tag, frau")
    (blanks,) = first.spoken
    assert blanks == "♪ Guten Tag Frau ____." and blanks in sentences(first.text)
    right = asking.answer("GUTEN TAG FRAU MULLER")
    assert used(right) == [(HELLO.term, "understood")] and "der Hund" not in right.text


def test_what_was_written_wrong_twice_is_shown_and_comes_again_but_is_no_lapse() -> None:
    asking = begun("dictation", DOG, HELLO)
    replies = [asking.answer(each) for each in ("der Hnd", "der Hnt", "der Hund", HELLO.term)]
    assert "“der Hnt” → “der Hund”" in replies[1].text
    assert replies[-1].spoken == {"♪ ____ ____.": "der Hund."}
    replies.append(asking.answer("der Hund"))
    assert used(*replies) == [(HELLO.term, "understood"), ("der Hund", "understood")]


@pytest.mark.parametrize(
    ("language", "due", "said", "typed"),
    [
        ("ko", SCHOOL, "hakgyoe kayo", "hakgyoe gayo"),
        ("ja", DueItem("水をください", "water, please"), "mizu wo kudasa", "mizu o kudasai"),
        ("zh", DueItem("我喜欢咖啡", "I like coffee"), "wo xihuan cha", "wo xihuan kafei"),
    ],
)
def test_in_a_dictation_for_beginners_latin_letters_do_in_place_of_a_script(
    language: str, due: DueItem, said: str, typed: str
) -> None:
    asking = begun("dictation", due, language=language)
    again = asking.answer(said)
    assert "____" in again.text and used(again) == []
    assert due.term[:1] in again.text, "what was right stays"
    assert used(asking.answer(typed)) == [(due.term, "understood")]


def test_what_it_means_is_told_in_each_drill_and_a_hint_gives_no_answer_away() -> None:
    due = (DueItem("Guten Tag, Frau Müller!", "hello, Ms Müller"), DOG)
    recall, repeat, dictation = (begun(kind, *due) for kind in ("recall", "repeat", "dictation"))
    assert list(recall.hints) == ["(It begins like this: Guten Tag …)"]
    assert list(repeat.hints) == [due[0].term], "it is in sight"
    assert list(dictation.hints) == ["(hello, Ms Müller; It begins like this: Guten Tag …)"]
    again = repeat.answer("tag")
    assert "(Once more. Guten Tag✓, Frau Müller! = hello, Ms Müller)" in again.text
    assert dictation.answer("guten tag").text.endswith("(Once more.)"), "nobody is told what it means without asking"
    assert dictation.meaning == "Once more. hello, Ms Müller"
    assert dictation.answer("guten tag").text.endswith("Now you. Guten Tag, Frau Müller! = hello, Ms Müller)")
    assert list(dictation.hints) == [due[0].term], "it was shown"
    recall.answer(due[0].term)
    assert recall.meaning.endswith("I give the meaning, you give the word.")


@pytest.mark.parametrize("said", ["are you there?", "Hello, is anybody there?", "Moment mal, ich komme gleich", "…"])
def test_what_is_said_beside_a_dictation_does_not_end_it(said: str) -> None:
    asking = begun("dictation", HELLO, DOG)
    before = asking.repeat().spoken
    for _ in range(2):
        assert asking.answer(said).spoken == before
    assert asking.check_in().spoken == before
    assert asking.hear(Hearing(said)).spoken == before
    assert used(asking.answer(HELLO.term)) == [(HELLO.term, "understood")]


def test_help_gives_the_beginning_and_then_the_sentence() -> None:
    asking = begun("dictation", DOG)
    assert "der …" in asking.answer("Hilfe").text and "der Hund" in asking.answer("Hilfe").text
    assert used(asking.answer("der Hund")) == []


@pytest.mark.parametrize(
    ("language", "sentence", "typed", "shown"),
    [
        ("de", "Guten Tag!", ["tag guten"], ["Guten✓", "Tag!"]),
        ("fr", "Ça va, l'été ?", ["ca va lete", "l’ete"], ["Ça✓", "va✓,", "l'été✓"]),
        ("ko", "학교에 가요", ["학교에 갑니다"], ["학교에✓", "가요"]),
        ("ko", "학교에 가요", ["학교에가요"], ["학교에✓", "가요✓"]),
        ("zh", "你好，世界", ["你世界"], ["你✓", "好", "世界✓"]),
        ("en", "It is 3 o'clock.", ["it is three oclock"], ["It✓", "is✓", "3✓", "o'clock."]),
    ],
)
def test_only_the_words_count_and_not_how_they_are_marked(
    language: str, sentence: str, typed: Sequence[str], shown: list[str]
) -> None:
    words = WordsRight(sentence, language)
    for each in typed:
        words.take_text(each)
    assert words.shown().split() == shown
    assert words.is_whole is all("✓" in each for each in shown)


def test_a_polite_ending_that_was_not_said_is_not_what_was_dictated() -> None:
    asking = begun("dictation", SCHOOL, WATER, language="ko")
    assert used(asking.answer("학교에 갑니다")) == []
    assert used(asking.answer("학교에가요!")) == [("학교에 가요", "understood")]
