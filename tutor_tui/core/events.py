"""What happens in a lesson: what a tutor reports, and what happens on our side of it.

Both unions are closed, and `core.reducer` handles all of both: add an event, and mypy says where it is missing.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from tutor_tui.core.caption_events import CaptionsChosen, CaptionWordsFound, LineRevealed
from tutor_tui.core.heard_words import DifferentWord
from tutor_tui.core.lesson_plan import Applied, Role
from tutor_tui.core.local_events import (
    AnswerAsked,
    AnswerDropped,
    AnswerGivenUp,
    CostUnknown,
    DeviceLost,
    DeviceOpened,
    Dialling,
    DigitalSilence,
    Divided,
    EarTrained,
    EchoCancelled,
    EchoModeChosen,
    Held,
    HelpShown,
    KeepAsked,
    KeepSettled,
    LearnerAwaited,
    LearnerTyped,
    LeaveAsked,
    LengthChosen,
    LevelSuggested,
    LinkEnded,
    LocalEvent,
    Muted,
    Noted,
    PlanWanted,
    ReleasesTold,
    RepeatAsked,
    ReplaySpeedChosen,
    SentenceReplayed,
    SoundRecorded,
    SpeakerKindChanged,
    SpeechCut,
    SpeechFinished,
    SuggestionSettled,
    Talking,
    TalkKeyHeld,
    TimeTold,
    ToolAnswered,
    TurnGivenUp,
    VoiceForgotten,
    VoiceUnnoticed,
    Which,
)
from tutor_tui.core.tools import ToolCall
from tutor_tui.core.values import value

# The local ones are seen under this name too: mypy wants them named.
__all__ = [
    "AnswerAsked",
    "AnswerDropped",
    "AnswerGivenUp",
    "CaptionWordsFound",
    "CaptionsChosen",
    "CostUnknown",
    "DeviceLost",
    "DeviceOpened",
    "Dialling",
    "DigitalSilence",
    "Divided",
    "EarTrained",
    "EchoCancelled",
    "EchoModeChosen",
    "Held",
    "HelpShown",
    "KeepAsked",
    "KeepSettled",
    "LearnerAwaited",
    "LearnerTyped",
    "LeaveAsked",
    "LengthChosen",
    "LevelSuggested",
    "LineRevealed",
    "LinkEnded",
    "LocalEvent",
    "Muted",
    "Noted",
    "PlanWanted",
    "ReleasesTold",
    "RepeatAsked",
    "ReplaySpeedChosen",
    "SentenceReplayed",
    "SoundRecorded",
    "SpeakerKindChanged",
    "SpeechCut",
    "SpeechFinished",
    "SuggestionSettled",
    "TalkKeyHeld",
    "Talking",
    "TimeTold",
    "ToolAnswered",
    "TurnGivenUp",
    "VoiceForgotten",
    "VoiceUnnoticed",
    "Which",
]


@value
class LinkReady:
    """The tutor is configured and listening: sound may flow from now on."""

    model: str = ""
    expires_at: float | None = None
    """Unix time at which the service will end this conversation, where it says so."""
    takes_over: bool = False
    """It goes on, without a gap, for another one that the service was about to end: nothing was lost with that."""


@value
class PlanApplied:
    """The tutor confirmed its settings."""

    applied: Applied
    more: bool = False
    """Another change was sent, or is held back, and is not confirmed yet."""


Chosen = Literal["voice", "speed", "turn_detection"]
"""What of a plan the learner chooses, and sees as wanted and as in force."""


@value
class PlanRefused:
    """The tutor refused one change; what was in force of it stays in force."""

    reason: str
    setting: Chosen | Literal[""] = ""
    """What was refused, if it is one of these."""
    voice: str = ""
    """The voice that stays, as a plan calls it, where that is not what the tutor calls it."""
    more: bool = False
    """See `PlanApplied`."""


@value
class ItemPlaced:
    """An item of the conversation exists, and this is the item before it. Orders turns whose text comes late."""

    item_id: str
    previous_item_id: str | None
    role: Role


@value
class LearnerStartedSpeaking:
    """Voice detected; `item_id` names the turn to come."""

    item_id: str
    stops: bool = True
    """Whether the tutor's server stops its answer at that; where it leaves that to us, the session does."""


@value
class LearnerStoppedSpeaking:
    """Silence detected."""

    item_id: str


@value
class LearnerTurnKept:
    """The learner's sound became a turn of the conversation."""

    item_id: str
    previous_item_id: str | None
    by_itself: bool = False
    """A turn begun with the talk key has reached its full length: no second press ends it."""


@value
class TurnRunsOut:
    """A turn begun with the talk key ends by itself: so many whole seconds are left of it."""

    left_s: int
    longest_s: float


@value
class TurnTooShort:
    """The learner ended a turn in which there was next to no sound (`SHORTEST_TURN_MS`): it was dropped."""


@value
class LearnerTextDelta:
    """More of what the learner was understood to say, or all of it so far if it `replaces` what came before."""

    item_id: str
    text: str
    replaces: bool = False


@value
class LearnerTextDone:
    """All of what the learner was understood to say; replaces the deltas."""

    item_id: str
    text: str
    unsure: bool = False
    """The learner may have said it, and is asked. If they confirm it, it is told once more, and sure."""
    unclear: tuple[tuple[int, int], ...] = ()
    """From which character to which those words go that may have been others."""
    different: tuple[DifferentWord, ...] = ()
    """Those that were others: only of a sentence that was said after the tutor."""
    expected: bool = False
    """It is one of the sentences that the tutor listens for, where it says so."""


@value
class LearnerTextFailed:
    """The learner was heard but not understood."""

    item_id: str
    not_listened_for: bool = False
    """They said something, but none of the sentences that the tutor listens for: it may be right all the same."""
    not_said: bool = False
    """They say that they did not say what was heard before."""


@value
class ReplyStarted:
    """The tutor is preparing an answer."""

    reply_id: str


@value
class TutorTextDelta:
    """More of what the tutor says; runs ahead of the sound."""

    item_id: str
    text: str


@value
class TutorTextDone:
    """All of what the tutor says in this item; replaces the deltas."""

    item_id: str
    text: str


@value
class TutorAudio:
    """A piece of the tutor's voice, of any size, odd byte counts and nothing included."""

    item_id: str
    pcm: bytes


@value
class TutorAudioDone:
    """No more sound will come for this item; it may still be playing."""

    item_id: str


@value
class TutorSoundExpected:
    """How long an item will sound in all, as far as can be judged: told where the voice comes no sooner than it is
    heard, as on a call, and so how much sound has come says nothing about how much of the text was heard.
    """

    item_id: str
    ms: int
    """0 when all of its sound is here."""


@value
class TutorCut:
    """The tutor's side has stopped an item before its end."""

    item_id: str
    sent_ms: int
    """How much of it can have been heard."""


ReplyStatus = Literal["completed", "cancelled", "incomplete", "failed"]


@value
class ReplyEnded:
    """The tutor has finished sending; it may still be heard."""

    reply_id: str
    status: ReplyStatus = "completed"
    reason: str = ""
    """Why it was not completed, in the tutor's words."""
    accepted: tuple[str, str] = ("", "")
    """The learner's turn that it takes for right, and its words in the language's script, where the tutor says so."""
    begins: Literal["", "drill", "lesson"] = ""
    """What began with it, in a drill: it once more, or the lesson behind it."""


@value
class ToolCalled:
    """The tutor wants a tool used; reported once a call, before the end of the reply that it belongs to."""

    call: ToolCall


@value
class AsideAnswered:
    """What came of an `AskAside`; `text` is empty where nothing did. Of a `ReadAside`, that nothing did."""

    request_id: str
    text: str = ""
    reason: str = ""
    """Why nothing came, in the server's words."""


@value
class Usage:
    """What a reply or a transcription was billed, worked out from the price table."""

    usd: float
    input_tokens: int = 0
    output_tokens: int = 0


@value
class Trouble:
    """Something went wrong and the learner should know; the lesson goes on unless `fatal`."""

    title: str
    hint: str = ""
    fatal: bool = False
    quiet: bool = False
    """Worth a word and no worry."""
    in_answer: bool = False
    """It struck an answer under way: not even the end of that may come."""
    last: bool = False
    """Nothing comes behind it: all of a recording was played."""


@value
class Unknown:
    """Something we do not understand and have ignored; counted for the debug footer."""

    kind: str


@value
class TranscriptMismatch:
    """A voice that reads our text aloud said something else; counted for the debug footer."""


TutorEvent: TypeAlias = (
    LinkReady
    | PlanApplied
    | PlanRefused
    | ItemPlaced
    | LearnerStartedSpeaking
    | LearnerStoppedSpeaking
    | LearnerTurnKept
    | TurnRunsOut
    | TurnTooShort
    | LearnerTextDelta
    | LearnerTextDone
    | LearnerTextFailed
    | ReplyStarted
    | TutorTextDelta
    | TutorTextDone
    | TutorAudio
    | TutorAudioDone
    | TutorSoundExpected
    | TutorCut
    | ReplyEnded
    | ToolCalled
    | AsideAnswered
    | Usage
    | Trouble
    | Unknown
    | TranscriptMismatch
)

LessonEvent: TypeAlias = TutorEvent | LocalEvent
