"""A lesson by ear: where the ears are not sure the learner is asked, and nothing is called wrong that may be right."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.support.paths import LESSONS, ROOT
from tutor_tui.core.lesson_plan import DueItem
from tutor_tui.core.tools import Correction, Used
from tutor_tui.offline_server.hearing import HeardPiece, HeardWord, Hearing, Match
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.offline_server.lesson.doubt_phrases import (
    answer_in,
    answers_to_doubt,
    doubt_phrases_in,
    is_remark,
    language_of_answer,
    sentence_asked_about,
)
from tutor_tui.offline_server.lesson.due_items import with_due
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.judging import Verdict
from tutor_tui.offline_server.lesson.level_test import LessonsOfLevels, LevelTest
from tutor_tui.offline_server.lesson.phrases.by_language import LANGUAGES
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.offline_server.lesson.walked_history import without_doubts
from tutor_tui.offline_server.lesson.weighing import is_certain, judgement_of, verdict_of
from tutor_tui.offline_server.realtime.transcripts import joined
from tutor_tui.speech.sentences import speakable

SCRIPT = load_script("ko-a1-likes", [LESSONS])
LIKES_COFFEE = next(at for at, step in enumerate(SCRIPT.steps) if "커피" in step.answer)
CARDS = ROOT / "tests" / "end_to_end" / "prompts" / "lessons"
HEARD_OTHER = Hearing()
WORDS = doubt_phrases_in("en")


def unsure(text: str) -> Hearing:
    return Hearing(text, Match.UNSURE)


def sure(text: str) -> Hearing:
    return Hearing(text, Match.EXPECTED)


def at_a_question(home: str = "", history: Sequence[tuple[str, str]] = ()) -> ByEar:
    """At the first question of a Korean lesson with help in English."""
    kept, doubt = without_doubts(history, SCRIPT.native_language)
    guide = ByEar(Guide(SCRIPT, kept, home), doubt)
    if not history:
        guide.greet()
        guide.answer("")  # past what is shown first, where there is such
    return guide


def answer_to(guide: ByEar) -> str:
    step = guide.guide.path.step
    assert step is not None
    return step.answer


def test_a_sentence_that_may_have_been_said_is_asked_about_and_a_yes_counts_as_it() -> None:
    guide, told = at_a_question(), at_a_question()
    answer = answer_to(guide)
    asked = guide.hear(unsure(answer))
    said, to_read = asked.text.split("”? ")
    assert said == f"Did you say “{answer.removesuffix('.')}"
    assert to_read == "(네, 맞아요 = yes, I did / 아니요 = no, I didn't)"
    assert speakable(to_read) == ""
    assert asked.notes == ()
    assert guide.doubt == answer
    assert guide.hear(sure("네")) == told.answer(answer)
    assert (guide.doubt, guide.confirmed) == ("", True)


def test_a_question_says_what_it_means_to_a_learner_who_reads_another_language() -> None:
    guide = at_a_question(home="de")
    asked = guide.hear(unsure("좋아요."))
    assert asked.text.endswith("(Hast du „좋아요“ gesagt? 네, 맞아요 = ja, genau / 아니요 = nein, das nicht)")
    assert asked.pieces == {"Did you say “좋아요”?": [("Did you say “", "en"), ("좋아요”?", "ko")]}
    assert guide.meaning == "Hast du „좋아요“ gesagt?"


def test_a_no_is_asked_again_kindly_and_the_next_try_counts() -> None:
    guide, told = at_a_question(), at_a_question()
    answer = answer_to(guide)
    question = guide.repeat().text
    guide.hear(unsure(answer))
    assert guide.hear(sure("아니요")).text == f"All right. Please say it once more. {question}"
    assert (guide.doubt, guide.confirmed) == ("", False)
    assert guide.hear(sure(answer)) == told.answer(answer)


@pytest.mark.parametrize("typed", [False, True])
def test_another_try_is_heard_as_usual_and_typing_too(typed: bool) -> None:
    guide, told = at_a_question(), at_a_question()
    answer = answer_to(guide)
    guide.hear(unsure("저는 커피를 안 좋아해요."))
    assert (guide.answer(answer) if typed else guide.hear(sure(answer))) == told.answer(answer)
    assert (guide.doubt, guide.confirmed) == ("", False)


@pytest.mark.parametrize("yes", ["y", "Yes.", "네, 맞아요!", "응"])
def test_a_yes_may_be_typed_in_any_language(yes: str) -> None:
    guide = at_a_question()
    guide.hear(unsure(answer_to(guide)))
    guide.answer(yes)
    assert guide.confirmed


def test_nobody_is_asked_more_than_twice_in_a_row_and_the_lesson_never_gets_stuck() -> None:
    guide = at_a_question()
    place = guide.guide.path.place
    others = ("아무 말이나 했어요", "오늘 비가 와요", "기차를 타요", "집에 가요", "제 이름은 안나예요")
    said = [guide.hear(unsure(other)).text for other in others]
    assert [text.startswith("Did you say") for text in said] == [True, True, False, False, False]
    assert all(WORDS.still_unsure in text for text in said[2:])
    assert "type it" in said[2]
    assert guide.guide.path.place == place
    guide.hear(unsure("무엇이든"))
    assert guide.guide.path.place == place + 1, "the form was given, and whatever is said then leads on"
    guide.hear(None)  # past what is shown first
    assert guide.hear(unsure(answer_to(guide))).text.startswith("Did you say"), "another question, another count"


def test_a_no_does_not_begin_the_count_anew_and_a_clear_answer_does() -> None:
    guide = at_a_question()
    for _ in range(2):
        guide.hear(unsure(answer_to(guide)))
        guide.hear(sure("아니요"))
    assert WORDS.still_unsure in guide.hear(unsure(answer_to(guide))).text
    guide = at_a_question()
    for _ in range(2):
        guide.hear(unsure(answer_to(guide)))
        guide.hear(sure("천천히 말해 주세요"))
    assert guide.hear(unsure(answer_to(guide))).text.startswith("Did you say")


def test_what_was_not_listened_for_may_be_right_and_is_no_mistake() -> None:
    guide = at_a_question()
    step = guide.guide.path.step
    assert step is not None
    first = guide.hear(HEARD_OTHER)
    assert first.text.startswith(WORDS.not_listened_for)
    assert step.hint in first.text
    assert first.notes == ()
    assert first.text != guide.hear(None).text, "it is not the same as nothing heard"
    after, told = guide.hear(sure(step.answer)), at_a_question().hear(sure(step.answer))
    assert after == told, "nor does it count against the learner"


def test_what_is_never_listened_for_leads_on_in_the_end() -> None:
    guide = at_a_question()
    place = guide.guide.path.place
    said = [guide.hear(HEARD_OTHER).text for _ in range(4)]
    assert answer_to(guide) in said[-1]
    guide.hear(HEARD_OTHER)
    assert guide.guide.path.place == place + 1


def test_silence_is_asked_about_as_before() -> None:
    guide = at_a_question()
    assert guide.hear(None).text.startswith("I did not catch that.")


def test_an_unsure_yes_goes_on_from_a_right_sentence_but_confirms_nothing() -> None:
    guide, told = at_a_question(), at_a_question()
    answer = answer_to(guide)
    guide.hear(unsure(answer))
    assert guide.hear(unsure("네")) == replace(told.answer(answer), accepted="")
    assert not guide.confirmed
    guide = at_a_question()
    guide.hear(unsure("아무 말이나 했어요"))
    assert guide.hear(unsure("네")).text.startswith("Did you say “아무 말이나 했어요”?")


def test_a_right_sentence_that_is_heard_twice_leads_on_but_confirms_nothing() -> None:
    guide, told = at_a_question(), at_a_question()
    answer = answer_to(guide)
    guide.hear(unsure(answer))
    assert guide.hear(unsure(answer)) == replace(told.answer(answer), accepted="")
    assert not guide.confirmed


IN_EACH_LANGUAGE = (
    "en-a1-likes",
    "ko-a1-likes",
    "es-a1-likes",
    "fr-a1-cafe",
    "de-a1-cafe",
    "ja-a1-cafe",
    "zh-a1-cafe",
)


def in_doubt(name: str) -> tuple[ByEar, str]:
    """A guide that has asked whether a right sentence was said, and that sentence."""
    script = load_script(name, [LESSONS])
    guide = ByEar(Guide(script))
    guide.guide.start_at(next(at for at, step in enumerate(script.steps) if step.expect and not step.least and at))
    answer = answer_to(guide)
    guide.hear(unsure(answer))
    assert guide.doubt == answer
    return guide, answer


@pytest.mark.parametrize("name", IN_EACH_LANGUAGE)
def test_a_second_try_that_is_nearest_to_the_same_sentence_settles_it_without_praise(name: str) -> None:
    for of_answer in (unsure, lambda answer: replace(unsure("?"), rivals=(answer,)), lambda answer: free(answer)):
        guide, answer = in_doubt(name)
        left = guide.guide.path.place
        reply = guide.hear(of_answer(answer))
        assert guide.guide.path.place == left + 1
        assert (guide.doubt, guide.confirmed, reply.accepted) == ("", False, "")
        praised = guide.guide.words.theirs(lambda own: " ".join(own.praise)).text
        assert not any(line.text and line.text in praised for line in reply.lines)


def test_the_same_answer_in_more_words_or_fewer_settles_it_and_another_one_does_not() -> None:
    for said, again, is_same in (
        ("네, 커피를 좋아해요.", "커피를 좋아해요", True),
        ("커피를 좋아해요.", "저는 커피를 좋아해요", True),
        ("네, 커피를 좋아해요.", "아니요, 커피를 안 좋아해요", False),
        ("저는 커피를 안 좋아해요.", "안 좋아해요", True),
        ("저는 커피를 안 좋아해요.", "좋아해요", False),
    ):
        guide = ByEar(Guide(SCRIPT))
        guide.guide.start_at(LIKES_COFFEE)
        guide.hear(unsure(said))
        assert guide.hear(unsure(again)).text.startswith("Did you say") is not is_same, (said, again)


@pytest.mark.parametrize("name", IN_EACH_LANGUAGE)
def test_other_sentences_each_time_lead_on_in_the_end(name: str) -> None:
    guide, _ = in_doubt(name)
    left, tries = guide.guide.path.place, 0
    while guide.guide.path.place == left:
        tries += 1
        guide.hear(unsure("x" * tries))
        assert tries <= 5
    assert tries > 2


def test_being_asked_again_says_the_question_again_and_so_does_a_learner_who_says_nothing() -> None:
    guide = at_a_question()
    asked = guide.hear(unsure(answer_to(guide)))
    assert guide.hear(sure("다시 말해 주세요")) == asked
    assert guide.repeat() == asked
    assert guide.check_in() == asked
    assert guide.doubt


def test_a_slip_that_is_a_sound_away_from_what_is_right_is_asked_about_before_it_is_called_one() -> None:
    guide = ByEar(Guide(SCRIPT))
    guide.guide.start_at(LIKES_COFFEE)
    for text, match in (("저는 커피을 좋아해요", Match.UNSURE), ("저는 커피를 좋아해요", Match.EXPECTED)):
        by_sounds = Hearing(text, Match.EXPECTED, tuple(map(HeardWord, text.split())))
        assert guide.weighed(by_sounds).match is match
    assert guide.weighed(HEARD_OTHER) == HEARD_OTHER
    believed = Hearing("저는 커피을 좋아해요", Match.EXPECTED, (HeardWord("저는 커피을 좋아해요"),))
    offered = Hearing("네, 커피를 좋아해요.", Match.UNSURE)
    assert guide.weighed(believed) == offered, "the right form: a wrong one is nothing to say yes to"
    agreed = replace(believed, is_agreed=True)
    assert guide.weighed(agreed) == agreed, "two recognisers have written it down"
    asked = guide.hear(guide.weighed(believed))
    assert asked.text.startswith("Did you say “네, 커피를 좋아해요”?") and asked.notes == ()
    guide.hear(sure("아니요"))
    assert guide.was_denied
    assert guide.weighed(believed) == believed, "nor was it the right form, then"


def test_a_right_sentence_that_sounds_like_a_slip_is_taken_for_what_was_said() -> None:
    guide = ByEar(Guide(SCRIPT))
    guide.guide.start_at(LIKES_COFFEE)
    words = (HeardWord("저는"), HeardWord("커피을"), HeardWord("좋아해요"))
    for match in (Match.EXPECTED, Match.UNSURE):
        heard = Hearing("저는 커피을 좋아해요", match, words, rivals=("저는 커피이 좋아해요", "저는 커피를 좋아해요"))
        assert guide.weighed(heard) == Hearing("저는 커피를 좋아해요", match)


def test_what_the_learner_has_denied_is_not_offered_again_at_that_question() -> None:
    guide = at_a_question()
    heard = Hearing(
        "아무 말이나 했어요", Match.UNSURE, (HeardWord("아무"),), rivals=("아무 말이나 했어요!", answer_to(guide))
    )
    assert guide.weighed(replace(heard, rivals=())) == replace(heard, rivals=())
    guide.hear(heard)
    guide.hear(sure("아니요"))
    assert guide.weighed(replace(heard, rivals=())) == Hearing()
    assert guide.weighed(replace(heard, match=Match.EXPECTED, rivals=heard.rivals[:1])) == Hearing()
    assert guide.weighed(heard) == Hearing(answer_to(guide), Match.UNSURE)
    guide.hear(sure(answer_to(guide)))  # another question
    assert guide.weighed(replace(heard, rivals=())) == replace(heard, rivals=())


def test_a_word_that_was_not_clear_is_asked_about_where_it_may_be_another() -> None:
    guide = at_a_question()
    words = (HeardWord("다시", is_clear=False), HeardWord("말해"), HeardWord("주세요"))
    heard = Hearing("다시 말해 주세요", Match.EXPECTED, words)
    for rivals, match in (
        ((), Match.EXPECTED),
        (("네 다시 말해 주세요",), Match.EXPECTED),
        (("천천히 말해 주세요",), Match.UNSURE),
    ):
        assert guide.weighed(replace(heard, rivals=rivals)).match is match


def test_a_yes_is_never_taken_for_an_answer_that_sounds_like_it() -> None:
    guide = at_a_question()
    answer = answer_to(guide)
    guide.hear(unsure(answer))
    yes = Hearing(
        "네, 맞아요", Match.EXPECTED, (HeardWord("네,"), HeardWord("맞아요", is_clear=False)), rivals=(answer,)
    )
    assert guide.weighed(yes) == yes


def test_a_yes_that_is_too_short_to_be_heard_is_asked_for_once_more() -> None:
    guide = at_a_question()
    asked = guide.hear(unsure(answer_to(guide)))
    assert guide.hear(HEARD_OTHER) == asked
    assert guide.doubt
    assert WORDS.still_unsure in guide.hear(HEARD_OTHER).text
    assert not guide.doubt


def test_an_unsure_again_is_simply_done() -> None:
    guide = at_a_question()
    question = guide.repeat()
    assert guide.hear(unsure("다시 한 번 말해 주세요")) == question


def test_to_ask_for_it_again_is_the_answer_where_that_is_practised_however_unsure_the_ears_are() -> None:
    """In the first Korean lesson such a step never ended: the tutor did what it heard, and asked again."""
    script = load_script("ko-a1-first-words", [LESSONS])
    guide = ByEar(Guide(script))
    guide.greet()
    while (answer := answer_to(guide)) != "다시 말해 주세요.":
        guide.answer(guide.targets[0] if guide.targets else answer)
    left = guide.guide.path.place
    guide.hear(unsure(answer))
    assert guide.doubt == answer
    guide.hear(sure(answer))
    assert guide.guide.path.place > left


def test_yes_and_no_are_listened_for_while_they_are_asked_for_only() -> None:
    guide = at_a_question(home="de")
    before = list(guide.expected)
    guide.hear(unsure(answer_to(guide)))
    now = list(guide.expected)
    assert set(now) == {*before, *answers_to_doubt(["ko", "en", "de"])}
    assert {"네", "네, 맞아요", "아니요", "yes", "no", "nein"} <= set(now)
    assert [language_of_answer(sentence) for sentence in ("네", "yes", "nein", "저는")] == ["ko", "en", "de", None]
    assert list(guide.hints)[:2] == ["네, 맞아요", "아니요"]
    guide.hear(sure("아니요"))
    assert list(guide.expected) == before


def said_after_the_tutor() -> ByEar:
    guide = ByEar(Guide(SCRIPT))
    guide.greet()
    step = next(step for step in SCRIPT.steps if step.present)
    while guide.guide.path.step is not step:
        guide.answer(answer_to(guide))
    assert guide.guide.learner_repeats
    return guide


def test_what_was_not_listened_for_leads_on_where_a_sentence_is_said_after_the_tutor() -> None:
    for heard in (HEARD_OTHER, unsure("아무 말이나 했어요"), free("아무 말이나 했어요")):
        guide = said_after_the_tutor()
        reply = guide.hear(heard)
        assert not guide.doubt
        assert WORDS.not_listened_for not in reply.text
        assert not guide.guide.learner_repeats


@pytest.mark.parametrize("then", [unsure("?"), sure("네"), unsure("네"), HEARD_OTHER])
def test_what_may_have_been_said_after_the_tutor_is_asked_about_once(then: Hearing) -> None:
    guide = said_after_the_tutor()
    shown = guide.targets[0]
    assert guide.hear(unsure(shown)).text.startswith(f"Did you say “{shown.rstrip('.')}”?")
    guide.hear(replace(then, text=shown) if then.text == "?" else then)
    guide.hear(HEARD_OTHER)
    guide.hear(HEARD_OTHER)
    assert not guide.guide.learner_repeats
    again = said_after_the_tutor()
    again.hear(unsure(shown))
    assert again.hear(sure("아니요")).text.endswith(again.guide.repeat().text)
    again.hear(unsure(shown))
    assert not again.guide.learner_repeats, "nor is it asked about again after a no"


# ---- free words -----------------------------------------------------------------------------------------------------


def free(text: str, log_probability: float = -0.1, worst_word: float = 0.9) -> Hearing:
    """What Whisper has written down, as certain as that."""
    return Hearing(text, pieces=(HeardPiece(text, 0, 1_000, log_probability, 0.0, worst_word=worst_word),))


@pytest.mark.parametrize("certain", [-0.1, -0.31])
def test_words_that_nobody_listened_for_are_not_corrected_nor_noted(certain: float) -> None:
    """A sentence of a book, misheard, where a greeting is asked for: its ending was corrected, and it was kept so."""
    script = load_script("ko-a1-first-words", [LESSONS])
    guide = ByEar(Guide(script))
    guide.guide.start_at(0)
    heard = free("그는 1위절이 피하면서 길 한 옆으로 걸어갔다.", certain)
    weighed = guide.weighed(heard)
    assert weighed.match is Match.NOT_EXPECTED
    reply = guide.hear(weighed)
    assert reply.text.startswith("I heard something like: 그는 1위절이 피하면서 길 한 옆으로 걸어갔다. That is not")
    assert is_remark(reply.text, "en")
    place = guide.guide.path.place
    replies = [reply, *(guide.hear(heard) for _ in range(2))]
    assert guide.guide.path.place == place + 1, "it never gets stuck"
    assert all(reply.notes == () and "We say" not in reply.text for reply in replies)


@pytest.mark.parametrize("mark", [".", "?", "!", "...", "…"])
def test_what_was_heard_is_said_back_without_its_mark(mark: str) -> None:
    guide = ByEar(Guide(load_script("ko-a1-first-words", [LESSONS])))
    guide.guide.start_at(0)
    reply = guide.hear(guide.weighed(free(f"그는 1위절이 피하면서 길 한 옆으로 걸어갔다{mark}")))
    assert reply.text.startswith("I heard something like: 그는 1위절이 피하면서 길 한 옆으로 걸어갔다. That is not")


def test_an_answer_but_for_a_known_mistake_is_corrected_where_whisper_was_certain_of_it() -> None:
    guide = ByEar(Guide(SCRIPT))
    guide.guide.start_at(LIKES_COFFEE)
    slip = "저는 커피을 좋아해요"
    assert guide.weighed(free(slip)).match is Match.EXPECTED
    for guessed in (free(slip, -0.3), free(slip, worst_word=0.6)):
        assert guide.weighed(guessed) == Hearing("네, 커피를 좋아해요.", Match.UNSURE)
    assert guide.hear(free(slip)).text != guide.repeat().text
    assert guide.guide._slips == 1


def test_free_words_that_a_mistake_with_a_gap_swallows_are_said_back_and_not_called_wrong() -> None:
    """ "Ten of clubs." that a dictionary had heard as "ten of cubs" was kept as a mistake: it says nothing of how sure
    it is.
    """
    for heard in (Hearing("ten of cubs"), Hearing("seven of cubs"), free("seven of cubs")):
        guide = ByEar(Guide(load_script("cards", [CARDS]), correction="recast"))
        guide.guide.start_at(0)
        assert guide.weighed(heard).match in (Match.NOT_EXPECTED, Match.UNSURE)
        said = [guide.hear(guide.weighed(heard)) for _ in range(3)]
        assert all(reply.notes == () and "We say" not in reply.text for reply in said)
    guessed = free("seven of cubs", -0.6)
    guide = ByEar(Guide(load_script("cards", [CARDS])))
    guide.guide.start_at(0)
    assert guide.weighed(guessed) == Hearing("Ten of clubs.", Match.UNSURE)
    assert guide.weighed(Hearing("seven of cubs")).match is Match.NOT_EXPECTED


def test_a_mistake_that_sounds_the_same_as_what_is_right_is_no_mistake_to_any_ears() -> None:
    """Both recognisers had "written down" a misspelt word, which was listened for beside the right one."""
    guide = ByEar(Guide(load_script("ko-a1-yesterday", [LESSONS])))
    guide.guide.start_at(7)
    slip = "재미있엇어요"
    assert judgement_of(guide.guide, slip).verdict is Verdict.SLIP  # type: ignore[union-attr]
    for heard in (replace(sure(slip), is_agreed=True), sure(slip), unsure(slip), free(slip), Hearing(slip)):
        weighed = guide.weighed(heard)
        assert verdict_of(guide.guide, weighed.text) is Verdict.RIGHT
        assert (weighed.match, weighed.is_agreed) == (heard.match, heard.is_agreed)
    assert guide.answer(slip).notes == () and guide.guide._slips == 1, "what is typed was written so"


def test_a_slip_in_a_free_story_is_corrected_only_where_it_is_one_for_sure() -> None:
    script = load_script("es-a1-yesterday", [LESSONS])
    told = "Hoy he comido mucho. Ayer he ido al cine con una amiga"
    for heard in (free(told, -0.5), free(told), Hearing(told)):
        guide = ByEar(Guide(script, correction="recast"))
        guide.guide.start_at(12)
        found = judgement_of(guide.guide, told)
        assert found is not None and found.better == "Ayer fui al cine.", "which is another sentence"
        assert guide.hear(guide.weighed(heard)).notes == ()
    guide = ByEar(Guide(script, correction="recast"))
    guide.guide.start_at(12)
    assert guide.answer(told).notes != (), "what is typed is sure"


@pytest.mark.parametrize(
    ("unit", "at", "said", "is_corrected"),
    [
        ("en-a1-first-words", 6, "I'd like to travel", True),
        ("es-a1-yesterday", 3, "Hoy leo libros de mi hermana en el parque", False),
    ],
)
def test_certain_words_in_a_mistake_with_a_gap_are_one_where_the_better_form_is_still_theirs(
    unit: str, at: int, said: str, is_corrected: bool
) -> None:
    guide = ByEar(Guide(load_script(unit, [LESSONS]), correction="recast"))
    guide.guide.start_at(at)
    assert verdict_of(guide.guide, said) is Verdict.SLIP
    assert bool(guide.hear(guide.weighed(free(said))).notes) is is_corrected
    assert guide.hear(guide.weighed(Hearing(said))).notes == ()


@pytest.mark.parametrize("first", [Hearing("well I think"), free("well I think", -0.9)])
def test_turns_that_are_one_answer_are_as_sure_as_the_least_of_them(first: Hearing) -> None:
    heard = joined([first, sure("seven of clubs")])
    assert heard is not None and heard.match is Match.OTHER and not is_certain(heard)
    both = joined([free("one"), free("two")])
    assert both is not None and is_certain(both) and len(both.pieces) == 2


def test_what_is_doubtful_is_no_better_form_of_a_mistake() -> None:
    """A typed mistake was kept with a sentence as what is right that the ears had only guessed."""
    for heard, better in (
        (free("저는 커피를 좋아해요", -0.9), "네, 커피를 좋아해요."),
        (sure("저는 커피를 좋아해요"), "저는 커피를 좋아해요"),
    ):
        guide = ByEar(Guide(SCRIPT))
        guide.guide.start_at(LIKES_COFFEE)
        assert guide.answer("저는 커피을 좋아해요").notes == ()
        (note,) = [each for each in guide.hear(guide.weighed(heard)).notes if isinstance(each, Correction)]
        assert note.better == better


def test_whom_the_ears_never_understood_has_forgotten_nothing() -> None:
    """An item that was due was asked for again the next day because of a bad microphone."""
    script = with_due(SCRIPT, [DueItem("사과", "apple")])
    for misheard in (HEARD_OTHER, None, unsure("아무 말이나 했어요")):
        guide = ByEar(Guide(script))
        guide.greet()
        place, uses = guide.guide.path.place, list[Used]()
        for _ in range(8):
            if guide.guide.path.place == place:
                uses += guide.hear(sure("사과") if guide.guide.learner_repeats else misheard).uses
        assert (guide.guide.path.place, uses) == (place + 1, [])
    guide = ByEar(Guide(script))
    guide.greet()
    for _ in range(3):
        guide.help()
    (use,) = guide.hear(sure("사과")).uses
    assert use.how == "lapse", "who asks for it has forgotten it"


# ---- what sounds alike ----------------------------------------------------------------------------------------------


def french(text: str, log_odds: float, match: Match = Match.EXPECTED) -> tuple[ByEar, Hearing]:
    guide = ByEar(Guide(load_script("fr-a1-first-words", [LESSONS])))
    guide.guide.start_at(0)
    words = tuple(map(HeardWord, text.split()))
    return guide, guide.weighed(Hearing(text, match, words, log_odds=log_odds))


def test_good_evening_that_may_have_been_good_day_is_asked_about_before_the_learner_is_told_that_it_is_morning() -> (
    None
):
    guide, heard = french("bonsoir", 1.3)
    assert heard.match is Match.UNSURE
    guide.hear(heard)
    guide.hear(sure("non"))
    assert guide.weighed(replace(heard, match=Match.EXPECTED)) == Hearing("Bonjour !", Match.UNSURE)
    assert french("bonsoir", 4.0)[1].match is Match.EXPECTED
    assert french("bonjour", 1.3)[1].match is Match.EXPECTED


def test_a_mistake_is_never_offered_to_say_yes_to() -> None:
    assert french("bonne nuit", -1.8, Match.UNSURE)[1].text != "bonne nuit"
    guide = ByEar(Guide(load_script("es-a1-first-words", [LESSONS])))
    guide.guide.start_at(0)
    heard = Hearing("buenas días", Match.EXPECTED, (HeardWord("buenas"), HeardWord("días")), log_odds=4.3)
    assert guide.hear(guide.weighed(heard)).text.startswith("Did you say “¡Buenos días!”?")
    said = [guide.hear(unsure("buenas días")).text for _ in range(3)]
    assert not any("buenas días" in text for text in said)
    assert said[-1].startswith(WORDS.still_unsure)


def test_a_copy_has_a_question_of_its_own() -> None:
    guide = at_a_question()
    before = copy.deepcopy(guide)
    guide.hear(unsure(answer_to(guide)))
    assert before.doubt == ""
    again = copy.deepcopy(guide)
    guide.hear(sure("네"))
    assert again.doubt
    assert again.hear(sure("네")).text


def test_a_lesson_that_is_taken_up_stands_where_it_stood() -> None:
    guide = ByEar(Guide(SCRIPT))
    history = [("assistant", guide.greet().text)]

    def exchange(heard: Hearing | None, *kept: str) -> None:
        reply = guide.hear(heard)
        history.extend(("user", text) for text in kept)
        history.append(("assistant", reply.text))

    exchange(None)
    first = answer_to(guide)
    asked = len(history)
    exchange(unsure(first))
    exchange(sure("네"), "네")
    history.insert(asked, ("user", first))  # where it was said, once it was confirmed
    exchange(unsure(answer_to(guide)))
    exchange(sure("아니요"), "아니요")
    exchange(HEARD_OTHER)
    exchange(unsure(answer_to(guide)))

    again = at_a_question(history=history)
    assert again.guide.path.place == guide.guide.path.place > 0
    assert again.doubt == answer_to(guide).removesuffix(".")
    assert again.hear(sure("네")).text == guide.hear(sure("네")).text


def test_a_level_test_gives_nothing_away_to_who_was_not_understood() -> None:
    script = load_script("ko-level-test", [LESSONS])
    guide = ByEar(LevelTest(script, lessons=LessonsOfLevels([LESSONS], "ko")))
    guide.greet()
    step = guide.guide.path.step
    assert step is not None
    for _ in range(6):
        reply = guide.hear(HEARD_OTHER)
        assert reply.text.startswith(WORDS.not_listened_for)
        assert step.answer not in reply.text
    assert guide.guide.path.place == 0, "nobody fails for what the ears do not know"
    guide.hear(sure(step.answer))
    assert guide.guide.path.place == 1


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_language_of_the_guide_has_words_for_it(language: str) -> None:
    words = doubt_phrases_in(language)
    assert language == "en" or words != doubt_phrases_in("en")
    assert {answer_in(text) for text in words.yes} == {"yes"}
    assert {answer_in(f"{text.capitalize()}.") for text in words.no} == {"no"}
    question = words.did_you_say.format(sentence="Ich heiße “Anna”, ja?")
    assert sentence_asked_about(f"{question} (네, 맞아요 / 아니요)", language) == "Ich heiße “Anna”, ja?"
    assert not sentence_asked_about("“Did you say that?”", language)
    assert is_remark(words.heard_other.format(sentence="Na, so was"), language)
    for remark in (words.say_again, words.not_listened_for, words.still_unsure):
        assert is_remark(f"{remark} And so on.", language)
        assert "{" not in remark


def test_who_is_asked_about_a_sentence_that_was_shown_reads_what_it_means() -> None:
    guide = ByEar(Guide(SCRIPT))
    guide.greet()
    shown = next(step for step in SCRIPT.steps if step.present)
    while guide.guide.path.step is not shown or guide.guide.learner_repeats:
        guide.answer(answer_to(guide))
    asked = guide.hear(unsure(shown.present))
    assert f"({shown.present.rstrip('.')} = {shown.present_translation.rstrip('.')}; 네, 맞아요" in asked.text


def test_what_is_to_be_said_after_the_tutor_is_known() -> None:
    guide = ByEar(Guide(SCRIPT))
    guide.greet()
    assert guide.targets == [], "an answer of one's own"
    step = next(step for step in SCRIPT.steps if step.present)
    while guide.guide.path.step is not step:
        guide.answer(answer_to(guide))
    assert step.present in guide.targets
    guide.answer(step.present)
    assert guide.targets == []
    for _ in range(3):
        guide.help()
    assert guide.targets == [step.answer]
