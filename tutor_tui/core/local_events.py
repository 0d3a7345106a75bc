"""What happens on our side of a lesson; `core.events` has it all, with what a tutor reports."""

from __future__ import annotations

from typing import Literal, TypeAlias

from tutor_tui.core.caption_events import CaptionsChosen, CaptionWordsFound, LineRevealed
from tutor_tui.core.ear_training import EarTraining
from tutor_tui.core.echo_mode import EchoMode, SpeakerKind
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.line_help import LineHelp
from tutor_tui.core.replayed import Replayed
from tutor_tui.core.tools import LevelSuggestion, Note
from tutor_tui.core.values import value

Which = Literal["microphone", "speaker"]
TimeMark = Literal["", "half", "close"]
"""How far a lesson's time has run, as its tutor is told: not yet half, half, or far enough to close."""


@value
class Dialling:
    """An attempt to reach the tutor begins, after `wait_s` seconds. Told anew as they pass."""

    attempt: int
    """1 for the first."""
    wait_s: float = 0.0
    """What is left of the wait."""


@value
class LinkEnded:
    """The link is gone; open turns will not be completed by it."""

    reason: str
    fatal: bool = False
    hint: str = ""
    kept: tuple[str, ...] | None = None
    """The learner's voice is kept for the next link: of these turns, empty where it has no id yet. None: nothing is."""
    usual: bool = False
    """Services end conversations so, and another follows at once: told only if something was lost with it."""


@value
class VoiceForgotten:
    """What was kept of the learner's voice is not sent any more."""


@value
class SpeechFinished:
    """An item was heard to its end."""

    item_id: str


@value
class SpeechCut:
    """An item was stopped before its end."""

    item_id: str
    heard_ms: int
    received_ms: int
    plays_on: bool = False
    """No more will come, but what has come is still being heard."""


@value
class Muted:
    """The microphone was switched off or on by the learner."""

    on: bool


@value
class Held:
    """The think key: the turn is held open (`on`) or released."""

    on: bool


@value
class Talking:
    """The push-to-talk key begins a turn (`on`), or ends it."""

    on: bool


@value
class ReleasesTold:
    """The terminal tells when a key is let go, so that a turn can end with it."""


@value
class TalkKeyHeld:
    """In such a terminal: the talk key is down (`on`), and its release ends the turn; or it was only tapped."""

    on: bool


@value
class LearnerTyped:
    """The learner typed a line."""

    item_id: str
    text: str


@value
class PlanWanted:
    """The learner asked for another plan; not yet confirmed."""

    plan: LessonPlan


@value
class Divided:
    """Another profile or another tutor goes on from here."""

    title: str
    other_tutor: bool = False
    """It is another tutor, who has confirmed nothing yet."""


@value
class EchoModeChosen:
    """Headphones or speakers."""

    mode: EchoMode


@value
class EchoCancelled:
    """Whether the tutor's voice is known to be taken out of what the microphone hears; why it cannot be, if so."""

    on: bool
    reason: str = ""
    hint: str = ""


@value
class LengthChosen:
    """How long the lesson is to last, from its beginning."""

    minutes: int
    """0 for no clock."""
    told: TimeMark = ""
    """What the tutor has been told of it already."""


@value
class TimeTold:
    """The tutor was told how far the lesson's time has run."""

    mark: TimeMark


@value
class SoundRecorded:
    """The sound of the lesson is recorded from now on (`on`), or no longer."""

    on: bool


@value
class DeviceOpened:
    """A device works: its name as the system gives it, and its own rate."""

    which: Which
    name: str
    rate_hz: int
    instead_of: str = ""
    """The device that was wanted and is not there; this one is used meanwhile."""


@value
class SpeakerKindChanged:
    """The tutor is heard by headphones now and not by loudspeakers, or the other way round."""

    kind: SpeakerKind


@value
class DigitalSilence:
    """The microphone has sent nothing but zeros for long, as no microphone that is on does; or a sound has come."""

    on: bool


@value
class DeviceLost:
    """A device is missing, busy or gone. The lesson goes on without it."""

    which: Which
    reason: str
    hint: str = ""
    """The exact command or setting that fixes it."""


@value
class ToolAnswered:
    """A tool has done its work, or failed at it."""

    call_id: str
    ok: bool
    summary: str
    """In a few words, for the learner."""


@value
class Noted:
    """The tutor wrote down a correction or a word."""

    note: Note


@value
class LevelSuggested:
    """The tutor suggests another level: the learner is asked."""

    suggestion: LevelSuggestion
    waits: bool = False
    """It was not decided on at once: it stays, and nothing waits for it."""


@value
class SuggestionSettled:
    """The learner has taken the level that was suggested, or left it; None where it is void: another goes on."""

    taken: bool | None


@value
class KeepAsked:
    """The first note of a learner who has not said yet whether notes are to be kept: they are asked.

    The question stands until it is answered.
    """


@value
class KeepSettled:
    """The learner has said whether notes are to be kept."""

    kept: bool
    notes: int = 0
    """How many had waited for that."""


@value
class RepeatAsked:
    """The tutor was asked to say the last thing again."""


@value
class AnswerAsked:
    """The tutor was asked to go on, with what its tools found out."""


@value
class LearnerAwaited:
    """The tutor has waited a while for the learner, who gives no sign; or no longer does."""

    on: bool


Unnoticed: TypeAlias = Literal["soft", "in noise", "loud"]
"""How a voice goes unnoticed. In a loud room, more of everything would not help; what is loud in a quiet one may be
music, or a tutor that wants more than loudness.
"""


@value
class VoiceUnnoticed:
    """The learner speaks, and the tutor does not notice (`on`); or does so no longer."""

    on: bool
    how: Unnoticed = "soft"


@value
class CostUnknown:
    """A tutor of which no price is known has answered."""


@value
class HelpShown:
    """The learner is shown other help with the tutor's last line, or none any more."""

    help: LineHelp | None


@value
class SentenceReplayed:
    """The learner hears a sentence again, of the sound of the last two minutes; or no longer does."""

    what: Replayed | None


@value
class EarTrained:
    """The learner says a sentence after the tutor, or writes it down, and is so far; or no longer does."""

    what: EarTraining | None


@value
class ReplaySpeedChosen:
    """So many times as fast as it was said the learner hears sentences again, until the tutor says something new."""

    speed: float


@value
class AnswerDropped:
    """The learner no longer wants the answer under way, nor one that has not begun."""


@value
class LeaveAsked:
    """The learner has said that they want to end the lesson."""


@value
class AnswerGivenUp:
    """Nothing has come of an answer for too long: nobody waits for it any more. Told unless `title` is empty."""

    title: str = ""
    hint: str = ""
    severity: str = "warning"


@value
class TurnGivenUp:
    """The learner's turn is over, although the tutor has not noticed; `asked`: an answer was asked for."""

    item_id: str
    asked: bool


LocalEvent: TypeAlias = (
    Dialling
    | LinkEnded
    | VoiceForgotten
    | SpeechFinished
    | SpeechCut
    | Muted
    | Held
    | Talking
    | ReleasesTold
    | TalkKeyHeld
    | LearnerTyped
    | PlanWanted
    | Divided
    | EchoModeChosen
    | EchoCancelled
    | LengthChosen
    | TimeTold
    | SoundRecorded
    | DeviceOpened
    | DeviceLost
    | DigitalSilence
    | SpeakerKindChanged
    | ToolAnswered
    | Noted
    | LevelSuggested
    | SuggestionSettled
    | KeepAsked
    | KeepSettled
    | RepeatAsked
    | AnswerAsked
    | HelpShown
    | CaptionsChosen
    | CaptionWordsFound
    | LineRevealed
    | SentenceReplayed
    | ReplaySpeedChosen
    | EarTrained
    | AnswerDropped
    | CostUnknown
    | LearnerAwaited
    | VoiceUnnoticed
    | LeaveAsked
    | AnswerGivenUp
    | TurnGivenUp
)
