"""What of the heard may be corrected or noted: free words, and what sounds alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.offline_server.lesson.heard import CARDS, HEARD_OTHER, WORDS, free, likes, likes_coffee, sure, unsure
from tests.support.paths import LESSONS
from tutor_tui.core.lesson_plan import DueItem
from tutor_tui.core.tools import Correction, Used
from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.offline_server.lesson.doubt_phrases import (
    is_remark,
)
from tutor_tui.offline_server.lesson.due_items import with_due
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.judging import Verdict
from tutor_tui.offline_server.lesson.script_file import load_script
from tutor_tui.offline_server.lesson.weighing import is_certain, judgement_of, verdict_of
from tutor_tui.offline_server.realtime.transcripts import joined


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
    guide = ByEar(Guide(likes()))
    guide.guide.start_at(likes_coffee())
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
        guide = ByEar(Guide(likes()))
        guide.guide.start_at(likes_coffee())
        assert guide.answer("저는 커피을 좋아해요").notes == ()
        (note,) = [each for each in guide.hear(guide.weighed(heard)).notes if isinstance(each, Correction)]
        assert note.better == better


def test_whom_the_ears_never_understood_has_forgotten_nothing() -> None:
    """An item that was due was asked for again the next day because of a bad microphone."""
    script = with_due(likes(), [DueItem("사과", "apple")])
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
