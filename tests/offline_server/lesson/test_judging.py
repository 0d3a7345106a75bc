"""Verdicts: what is right is never called wrong, and a correction is written down for a slip only."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.offline_server.lesson.scripts import LISTS, expected, mistake, step
from tutor_tui.offline_server.lesson import pattern_matching
from tutor_tui.offline_server.lesson.judging import Judgement, Verdict, judge
from tutor_tui.offline_server.lesson.pattern_syntax import one_of, read_syntax
from tutor_tui.offline_server.lesson.script import Step
from tutor_tui.offline_server.lesson.word_lists import SlotWords, WordLists

LONDON = step("Where do you live?", "i live in london", answer="I live in London.")
KOREAN = WordLists(
    "ko",
    slots={
        "name": SlotWords((read_syntax("톰"), read_syntax("애나")), open=8, not_ending=("은", "는")),
        "noun": SlotWords((read_syntax("커피"),), open=8, not_ending=("은", "는", "을", "를", "에")),
    },
    before=one_of([read_syntax("네")]),
)


def judged(said: str, where: Step = LONDON, lists: WordLists = LISTS) -> Judgement:
    return judge(said, where, lists)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("I live in London.", Verdict.RIGHT),
        ("um well I live in London please", Verdict.RIGHT),
        ("i live in lonndon", Verdict.SLIP),
        ("i lvie in london", Verdict.SLIP),
        ("i leave in london", Verdict.UNSURE),
        ("i lives in london", Verdict.UNSURE),
        ("i live in london and i work in paris", Verdict.UNSURE),
        ("what is this", Verdict.UNSURE),
        ("again please", Verdict.REQUEST),
        ("", Verdict.NOT_HEARD),
        ("...", Verdict.NOT_HEARD),
    ],
)
def test_verdicts(said: str, verdict: Verdict) -> None:
    assert judged(said).verdict is verdict


@pytest.mark.parametrize(
    ("said", "better"),
    [
        ("i live in lonndon, please", "I live in london, please"),
        ("Well, I lvie in London!", "Well, I live in London!"),
    ],
)
def test_a_misspelt_word_is_mended_in_the_learners_own_sentence(said: str, better: str) -> None:
    found = judged(said)
    assert (found.better, found.kind) == (better, "spelling")


BIRTHDAY = step(
    "When is your birthday?",
    expected("my birthday is <any>", "Oh!"),
    answer="My birthday is in May.",
    mistakes=(mistake("birthday is <month>", "Whose?", "My birthday is in <month>.", kind="vocabulary"),),
)


def test_a_mistake_of_the_language_is_found_anywhere_and_mended_where_it_stands() -> None:
    found = judged("My birthday is on June, thank you.", BIRTHDAY)
    assert found.verdict is Verdict.SLIP
    assert found.better == "My birthday is in June, thank you."
    assert found.prompt == "Months go with another little word."


def test_two_sentences_make_no_mistake_together() -> None:
    assert judged("My birthday is on. June is nice.", BIRTHDAY).verdict is Verdict.RIGHT
    found = judged("Hello! My birthday is on June.", BIRTHDAY)
    assert found.better == "Hello! My birthday is in June."


@pytest.mark.parametrize("named", ["Mr. Tom", "J. Tom", "Sra. Tom"])
def test_a_short_form_ends_no_sentence(named: str) -> None:
    where = step("Who are you?", "i am <name>", answer="I am Anna.")
    assert judge(f"This is new. I am {named}.", where, LISTS).slots == {"name": named}


def test_a_mistake_of_the_step_is_mended_with_what_was_said() -> None:
    found = judged("birthday is june", BIRTHDAY)
    assert (found.verdict, found.better, found.kind) == (Verdict.SLIP, "My birthday is in june.", "vocabulary")


def test_mistakes_come_before_patterns_that_would_swallow_them() -> None:
    assert judged("my birthday is in June", BIRTHDAY).verdict is Verdict.RIGHT
    assert judged("my birthday is on June", BIRTHDAY).verdict is Verdict.SLIP


def test_a_sentence_that_is_listed_word_by_word_is_right_though_it_asks_for_something() -> None:
    slow = step("What do you say?", "slower please", answer="Slower, please.")
    assert judged("slower please", slow).verdict is Verdict.RIGHT
    assert judged("again please", slow).verdict is Verdict.REQUEST


def test_a_branch_is_known_by_what_was_heard() -> None:
    tea = step("Tea?", expected("yes [<any>]", "Here you are."), expected("no [<any>]", "All right."), answer="Yes.")
    replies = [found.expected.reply for said in ("yes", "no thanks") if (found := judged(said, tea)).expected]
    assert replies == ["Here you are.", "All right."]


def test_slots_hold_the_words_as_they_were_said() -> None:
    name = step("Your name?", "(my name is | i am) <name>", answer="My name is Anna.")
    assert judged("well, my name is José Luis", name).slots == {"name": "José Luis"}
    assert judged("i am marco", name).slots == {"name": "Marco"}


@pytest.mark.parametrize(
    ("said", "better"), [("He's nurse", "He is a nurse."), ("I won't be nurse", "Will I be a nurse?")]
)
def test_a_slot_has_only_its_own_part_of_a_contraction(said: str, better: str) -> None:
    lists = WordLists(
        "en", slots={"who": SlotWords((read_syntax("(he | i)"),)), "helper": SlotWords((read_syntax("will"),))}
    )
    slips = [
        mistake("<who> is nurse", "One word is missing.", "<who> is a nurse."),
        mistake("<who> <helper> not be nurse", "One word is missing.", "<helper> <who> be a nurse?"),
    ]
    assert judged(said, step("Job?", "fine", answer="fine", mistakes=tuple(slips)), lists).better == better


FREE = step("All of it?", "my name is <name>", "i am from <name>", "i like <any>", answer="…", least=2)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("Hello! My name is Anna and I like tea.", Verdict.RIGHT),
        ("I am from Spain, my name is Anna", Verdict.RIGHT),
        ("My name is Anna.", Verdict.UNSURE),
    ],
)
def test_a_free_answer_needs_some_of_what_may_be_heard(said: str, verdict: Verdict) -> None:
    assert judged(said, FREE).verdict is verdict


WHO = step("이름이 뭐예요?", "[저는] <name>이에요/예요", answer="저는 애나예요.")
LIKES = step("뭐 좋아해요?", "[저는] <noun>[을/를] [아주] 좋아해요", answer="커피를 좋아해요.")


@pytest.mark.parametrize(
    ("said", "where", "verdict", "better"),
    [
        ("저는 톰이에요", WHO, Verdict.RIGHT, ""),
        ("네, 저는 애나예요.", WHO, Verdict.RIGHT, ""),
        ("애나입니다", WHO, Verdict.RIGHT, ""),
        ("저는 Tom이에요", WHO, Verdict.RIGHT, ""),
        ("저는 톰예요", WHO, Verdict.SLIP, "저는 톰이에요"),
        ("저는 애나에요.", WHO, Verdict.SLIP, "저는 애나예요."),
        ("저는 애나", WHO, Verdict.UNSURE, ""),
        ("저는 한국 음악을 아주 좋아해요", LIKES, Verdict.RIGHT, ""),
        ("책을 좋아합니다", LIKES, Verdict.RIGHT, ""),
        ("저는 커피을 좋아해요", LIKES, Verdict.SLIP, "저는 커피를 좋아해요"),
        ("저는 커피에 좋아해요", LIKES, Verdict.UNSURE, ""),
        ("커피 주새요", step("?", "커피 주세요", answer="커피 주세요."), Verdict.SLIP, "커피 주세요"),
    ],
)
def test_korean_particles_and_endings_have_to_fit(said: str, where: Step, verdict: Verdict, better: str) -> None:
    found = judged(said, where, KOREAN)
    assert (found.verdict, found.better) == (verdict, better)


def test_templates_hold_any_words_and_the_particle_that_fits() -> None:
    what = step(
        "뭐?", "<noun>을/를 <any>", answer="…", mistakes=(mistake("나는 <noun> <any>", "?", "저는 <noun>을/를 <any>."),)
    )
    assert judged("나는 책 읽어요", what, KOREAN).better == "저는 책을 읽어요."
    assert judged("나는 커피 마셔요", what, KOREAN).better == "저는 커피를 마셔요."


def test_polite_words_may_belong_to_what_is_right() -> None:
    tea = step(
        "?", "tea is what i <any>", "(tea | water) please <any>", answer="…", mistakes=(mistake("tea", "Kindly?"),)
    )
    assert judged("tea please", tea).verdict is Verdict.SLIP
    ask = step("?", "<name> thank you", answer="…", mistakes=(mistake("tom", "What do you say?", "Tom, thank you."),))
    assert judged("tom thank you", ask).verdict is Verdict.RIGHT
    assert judged("tom", ask).verdict is Verdict.SLIP


def test_a_long_answer_to_a_wide_pattern_is_judged_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's loop waits for the verdict: the work grows with the square of the answer, and not with the ways to
    read the pattern, of which there are more than anybody could try.
    """
    optional = " ".join(f"[{''.join(letters)}]" for letters in product("abc", repeat=3))
    wide = step("?", f"{optional} {optional} <any> end", answer="…")
    looked, word = 0, pattern_matching._word

    def counting(*made_of: Any) -> Any:
        look = word(*made_of)

        def counted(*given: Any) -> Any:
            nonlocal looked
            looked += 1
            return look(*given)

        return counted

    monkeypatch.setattr(pattern_matching, "_word", counting)
    said = ["aaa", "bcb", "ccc"] * 40
    assert judged(f"{' '.join(said)} end", wide).verdict is Verdict.RIGHT
    assert looked < 2 * len(said) ** 2
