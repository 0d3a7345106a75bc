"""What the ears are sure of, from a turn's sound to its transcript and its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

import pytest

from tests.offline_server.client import Client, Event, TinyRecogniser, TinyTutoring, b64, talking
from tests.offline_server.lesson.heard import likes, likes_coffee
from tutor_tui.core import pcm
from tutor_tui.offline_server.behaviour import Behaviour
from tutor_tui.offline_server.hearing import HeardWord, Hearing, Match
from tutor_tui.offline_server.lesson.by_ear import ByEar
from tutor_tui.offline_server.lesson.doubt_phrases import doubt_phrases_in
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.ports.unavailable import Tell
from tutor_tui.offline_server.realtime.conversation import spoken_by_learner
from tutor_tui.offline_server.realtime.input_audio import LEAST_VOICED_MS, InputAudio, RecogniserThread, TakenTurn
from tutor_tui.offline_server.realtime.transcripts import Transcripts, joined
from tutor_tui.offline_server.realtime.turn_rules import TurnRules
from tutor_tui.openai_api.private_extensions import NOT_LISTENED_FOR, WantedLesson
from tutor_tui.speech.vad import WINDOW_BYTES, LoadedLate

KIND = "conversation.item.input_audio_transcription"
SENTENCE = "저는 커피를 좋아해요."
WORDS = (HeardWord("저는"), HeardWord("커피를", is_clear=False), HeardWord("좋아해요"))
TURN = pcm.silence(600)


class Told(TinyTutoring):
    """A Korean lesson whose ears understand what the test has them understand, one turn after the other."""

    def __init__(self, *heard: Hearing) -> None:
        super().__init__()
        self.heard = list(heard)
        self.listened_for: list[Sequence[str]] = []
        """In each turn."""

    def guide(self, lesson: WantedLesson, language: str, history: Sequence[tuple[str, str]]) -> Any:
        guide = Guide(likes(), history)
        guide.start_at(likes_coffee())
        return ByEar(guide)

    def recogniser(self, language: str, tell: Tell | None = None, other: str = "") -> Any:
        tutoring = self

        class Ears(TinyRecogniser):
            sentences: Sequence[str] = ()

            def expect(self, sentences: Sequence[str]) -> None:
                self.sentences = sentences

            def finish(self) -> Hearing:
                tutoring.listened_for.append(self.sentences)
                return tutoring.heard.pop(0)

        return Ears(self.log)


async def spoken(client: Client) -> Event:
    """A turn by key, up to its answer."""
    await client.send("input_audio_buffer.append", audio=b64(TURN))
    await client.ask("input_audio_buffer.commit", "input_audio_buffer.committed")
    response: Event = (await client.ask("response.create", "response.done"))["response"]
    return response


def said(response: Event) -> str:
    text: str = response["output"][0]["content"][0]["transcript"]
    return text


def transcripts(client: Client) -> list[Event]:
    return [event for event in client.seen if event["type"].startswith(KIND)]


async def wanting_transcripts(client: Client) -> None:
    transcription = {"model": "gpt-transcribe"}
    await client.update(audio={"input": {"turn_detection": None, "transcription": transcription}})


async def test_an_unsure_sentence_is_told_as_unsure_and_once_more_when_it_is_confirmed() -> None:
    tutoring = Told(Hearing(SENTENCE, Match.UNSURE, WORDS), Hearing("네", Match.EXPECTED))
    async with talking(tutoring) as client:
        await wanting_transcripts(client)
        await client.ask("response.create", "response.done", response={"metadata": {"kind": "greet"}})
        assert said(await spoken(client)).startswith("Did you say “저는 커피를 좋아해요”?")
        await spoken(client)
        assert ["네, 맞아요" in sentences for sentences in tutoring.listened_for] == [False, True]
        unsure, *rest = transcripts(client)
        assert unsure["type"] == f"{KIND}.completed", "no delta: nobody is to show it as said in between"
        assert unsure["transcript"] == SENTENCE
        assert unsure["hearing"]["match"] == "unsure"
        assert unsure["hearing"]["words"][1] == {"text": "커피를", "clear": False}
        (confirmed,) = (event for event in rest if event["item_id"] == unsure["item_id"])
        assert (confirmed["type"], confirmed["hearing"]["match"]) == (f"{KIND}.completed", "expected")


async def test_what_is_denied_is_never_told_as_said() -> None:
    tutoring = Told(Hearing(SENTENCE, Match.UNSURE), Hearing("아니요", Match.EXPECTED))
    async with talking(tutoring) as client:
        await wanting_transcripts(client)
        await client.ask("response.create", "response.done", response={"metadata": {"kind": "greet"}})
        await spoken(client)
        assert said(await spoken(client)).startswith(doubt_phrases_in("en").say_again)
        told = next(event for event in transcripts(client) if event.get("transcript") == SENTENCE)
        (denied,) = (event for event in transcripts(client) if event["type"].endswith("failed"))
        assert (told["transcript"], told["hearing"]["match"]) == (SENTENCE, "unsure")
        assert (denied["item_id"], denied["error"]["code"]) == (told["item_id"], "not_said")


async def test_a_slip_by_a_sound_is_asked_about_and_told_as_unsure() -> None:
    slip = "저는 커피을 좋아해요."
    words = (HeardWord("저는"), HeardWord("커피을"), HeardWord("좋아해요"))
    tutoring = Told(Hearing(slip, Match.EXPECTED, words))
    async with talking(tutoring) as client:
        await wanting_transcripts(client)
        await client.ask("response.create", "response.done", response={"metadata": {"kind": "greet"}})
        asked = said(await spoken(client))
        assert slip.removesuffix(".") not in asked and asked.startswith("Did you say “네, 커피를 좋아해요”?")
        assert [(event["transcript"], event["hearing"]["match"]) for event in transcripts(client)] == [
            ("네, 커피를 좋아해요.", "unsure")
        ]


async def test_a_client_that_wants_no_transcripts_is_told_of_none() -> None:
    async with talking(Told(Hearing(SENTENCE, Match.UNSURE), Hearing("네", Match.EXPECTED))) as client:
        await client.push_to_talk()
        await client.ask("response.create", "response.done", response={"metadata": {"kind": "greet"}})
        await spoken(client)
        await spoken(client)
        assert transcripts(client) == []


async def test_free_speech_is_told_as_by_any_other_server() -> None:
    async with talking(Told(Hearing(SENTENCE))) as client:
        await wanting_transcripts(client)
        await client.ask("response.create", "response.done", response={"metadata": {"kind": "greet"}})
        await spoken(client)
        await client.quiet(0.05)
        delta, completed = transcripts(client)
        assert delta["delta"] == completed["transcript"] == SENTENCE
        assert "hearing" not in completed


async def test_free_words_that_are_no_answer_are_told_as_unsure() -> None:
    async with talking(Told(Hearing("그는 길 한 옆으로 걸어갔다."))) as client:
        await wanting_transcripts(client)
        await client.ask("response.create", "response.done", response={"metadata": {"kind": "greet"}})
        assert said(await spoken(client)).startswith("I heard something like: 그는 길 한 옆으로 걸어갔다.")
        (told,) = transcripts(client)
        assert (told["transcript"], told["hearing"]["match"]) == ("그는 길 한 옆으로 걸어갔다.", "unsure")


# ---- without a server -----------------------------------------------------------------------------------------------


async def as_heard(heard: Hearing) -> Hearing:
    return heard


def understood(heard: Hearing | None) -> Future[Hearing]:
    future: Future[Hearing] = Future()
    if heard is None:
        future.set_exception(RuntimeError())
    else:
        future.set_result(heard)
    return future


@pytest.mark.parametrize(
    ("heard", "voiced", "code"),
    [
        (Hearing(), True, NOT_LISTENED_FOR),
        (Hearing(), False, "audio_unintelligible"),
        (None, True, "audio_unintelligible"),
    ],
)
async def test_what_is_not_listened_for_is_told_apart_from_what_was_not_heard(
    heard: Hearing | None, voiced: bool, code: str
) -> None:
    events: asyncio.Queue[Event] = asyncio.Queue()
    told = Transcripts(events.put_nowait, Behaviour(), lambda: True, as_heard)
    item = spoken_by_learner("u1", TURN)
    told.take(item, understood(heard), voiced=voiced)
    answer = await told.of([item])
    assert answer == (Hearing() if code == NOT_LISTENED_FOR else None)
    assert (await events.get())["error"]["code"] == code


async def test_what_is_confirmed_before_it_was_told_is_told_once_as_sure() -> None:
    events: asyncio.Queue[Event] = asyncio.Queue()

    class Late(Behaviour):
        async def before_transcript(self) -> None:
            await late.wait()

    late = asyncio.Event()
    told = Transcripts(events.put_nowait, Late(), lambda: True, as_heard)
    item = spoken_by_learner("u1", TURN)
    told.take(item, understood(Hearing(SENTENCE, Match.UNSURE)), voiced=True)
    await told.of([item])
    told.confirm(["u1"])
    late.set()
    assert (await events.get())["hearing"]["match"] == "expected"
    assert events.empty()


def test_several_turns_are_one_answer_and_unsure_where_one_of_them_is() -> None:
    sure, unsure = Hearing("네", Match.EXPECTED), Hearing("커피 주세요", Match.UNSURE)
    assert joined([]) is joined([None]) is None
    assert joined([None, sure]) == sure
    assert joined([Hearing(), None]) == Hearing()
    assert joined([Hearing(), sure]) == sure
    assert joined([sure, unsure]) == Hearing("네 커피 주세요", Match.UNSURE)
    other = Hearing("걸어갔다", Match.NOT_EXPECTED)
    assert joined([other, sure]) == Hearing("걸어갔다 네", Match.NOT_EXPECTED)
    assert joined([sure, sure]) == Hearing("네 네", Match.EXPECTED)


class Taker:
    """Takes turns for a test."""

    def __init__(self) -> None:
        self.turns: list[TakenTurn] = []

    def emit(self, message: Event) -> None: ...

    def learner_started(self, rules: TurnRules) -> None: ...

    targets: Sequence[str] = ()

    async def expected(self) -> Sequence[str]:
        return ()

    def turn_taken(self, turn: TakenTurn, understood: Future[Hearing], rules: TurnRules | None) -> None:
        self.turns.append(turn)


async def test_a_turn_by_key_knows_whether_somebody_spoke_in_it() -> None:
    taker = Taker()
    voice = RecogniserThread(lambda: TinyRecogniser([]), lambda recogniser: None)
    ears = InputAudio(taker, voice, lambda window: float(window[0]))  # as likely as the sound says
    windows = LEAST_VOICED_MS // 32 + 1
    for speech in (windows, 2, 0, windows):
        await ears.append(b"\1\0" * (WINDOW_BYTES // 2) * speech + bytes(WINDOW_BYTES * 20), None)
        await ears.commit()
    voice.close()
    assert [turn.voiced for turn in taker.turns] == [True, False, False, True]


async def test_what_hears_is_loaded_with_the_first_sound_and_by_then_only() -> None:
    loaded: list[str] = []

    class Sleeper(TinyRecogniser):
        def wake(self) -> None:
            loaded.append("recogniser")

    def judge() -> Callable[[bytes], float]:
        loaded.append("judge")
        return lambda window: 0.0

    voice = RecogniserThread(lambda: Sleeper([]), lambda recogniser: None)
    ears = InputAudio(Taker(), voice, LoadedLate(judge))
    voice.prepare()
    voice.expect(["a typed lesson goes on"])
    assert loaded == []
    for _ in range(2):
        await ears.append(bytes(WINDOW_BYTES), None)
    await asyncio.wrap_future(voice.finish())
    voice.close()
    assert sorted(loaded) == ["judge", "recogniser"]
