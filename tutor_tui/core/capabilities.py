"""What a tutor can do: asked instead of its name. `core.availability` says what goes grey where it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, get_args

Way = Literal["openai", "webrtc", "pipeline", "offline", "recording", "demo"]
"""The ways to talk."""


class Reason(NamedTuple):
    """Why a tutor cannot do something, where there is more to say than `core.availability` knows."""

    ability: str
    """The field of `Capabilities`."""
    sentence: str
    """For the learner."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Facts about one tutor."""

    hears: frozenset[str] | None = None
    """Languages it understands by ear (ISO 639-1); None for any. The others have to be typed."""
    hears_freely: frozenset[str] | None = None
    """Those of them in which it understands whatever is said; None for all. In the others, it understands the sentences
    that its lesson listens for."""
    ears: str = ""
    """What it hears with, for people, where that is ours to say."""
    semantic_vad: bool = True
    """Knows whether a sentence sounds finished. False: eagerness is mapped to fixed waits."""
    needs_truncation: bool = True
    """Has to be told how much of a stopped reply was heard."""
    interrupts_on_voice: bool = True
    """Stops its own answer when it hears the learner."""
    takes_sounds_for_words: bool = False
    """Hears a word in any short sound: one alone says little, and so do words that it did not listen for."""
    leaves_interrupting: bool = False
    """Goes on with its answer while it hears the learner, where it is asked to: when to stop is then for us to say."""
    live_lesson: bool = True
    """Takes a new profile without a new connection."""
    costs_money: bool = True
    """False only for what runs on the learner's own machine."""
    price_known: bool = True
    """What it costs can be worked out. False: somebody may be billed, and we cannot say how much."""
    tools: bool = False
    """Calls the tools that a plan offers."""
    way: Way = "openai"
    """How it talks, for settings that only some ways look at."""
    ours: bool = False
    """Our own offline server runs it or part of it, so the settings of that server count."""
    scripted: bool = False
    """Walks lesson scripts, and teaches nothing that there is no script for."""
    listens: bool = True
    """Takes what the learner says, types and asks for. False for what goes on as it was written."""
    server_vad: bool = True
    """Hears when the learner has finished. False: only the talk key ends a turn."""
    takes_eagerness: bool = True
    """Accepts `semantic_vad`, if only as fixed waits. False: it refuses that setting."""
    voices: bool = True
    """Speaks with the voice that the profile asks for. False: it has one of its own."""
    pace: bool = True
    """Can speak slower and faster."""
    cancels: bool = True
    """Stops its answer when told to. False: it goes on unheard."""
    truncates: bool = True
    """Can be made to forget what was not heard of an answer."""
    learner_text: bool = True
    """Writes down what the learner says. False: it only hears it."""
    holds: bool = True
    """Can leave a turn unanswered while the learner thinks. False: it answers each pause that is long enough."""
    learner_deltas: bool = True
    """Writes the learner's words down while or right after they are said, bit by bit. False: all at once."""
    takes_calls: bool = True
    """Its server can be talked to over WebRTC as well. False: it is one whose calls we do not know how to make."""
    asides: bool = True
    """Answers a question beside the conversation: what a line means, for one. False: whatever it is asked is part of
    the lesson."""
    reads_asides: bool = True
    """Reads a text aloud beside the conversation."""
    answer_wait_s: float = 20.0
    """How long it may be silent before and within an answer until the answer counts as lost: a service in the cloud
    begins within 5 s, and a server of one's own without a graphics card takes several times as long."""
    unencrypted: bool = False
    """What is sent to it can be read on the way, as `--insecure` allows."""
    because: tuple[Reason, ...] = ()


Ability = Literal["server_vad", "takes_eagerness", "tools", "cancels", "truncates", "learner_deltas"]
ABILITIES: tuple[Ability, ...] = get_args(Ability)
"""The fields that a server can be asked for (`doctor --probe`)."""


def without(abilities: Capabilities, lacks: Mapping[Ability, str] | Mapping[str, str]) -> Capabilities:
    """`abilities` without those in `lacks`; each with the sentence that says why."""
    absent: dict[str, Any] = dict.fromkeys(lacks, False)
    because = tuple(each for each in abilities.because if each.ability not in lacks)
    return replace(abilities, because=(*because, *map(Reason._make, lacks.items())), **absent) if lacks else abilities
