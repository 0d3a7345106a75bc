"""What the learner is shown besides the conversation: switches, devices, what it cost, and what went wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias, assert_never

from tutor_tui.core import events as ev
from tutor_tui.core.actions import key
from tutor_tui.core.conversation import Divider
from tutor_tui.core.lesson import DeviceState, Lesson, Notice
from tutor_tui.core.lesson_plan import Applied

NoticeEvent: TypeAlias = (
    ev.Muted
    | ev.Held
    | ev.Talking
    | ev.ReleasesTold
    | ev.TalkKeyHeld
    | ev.Divided
    | ev.EchoModeChosen
    | ev.EchoCancelled
    | ev.LengthChosen
    | ev.TimeTold
    | ev.SoundRecorded
    | ev.DeviceOpened
    | ev.DeviceLost
    | ev.DigitalSilence
    | ev.SpeakerKindChanged
    | ev.Usage
    | ev.AsideAnswered
    | ev.HelpShown
    | ev.LeaveAsked
    | ev.CostUnknown
    | ev.LearnerAwaited
    | ev.VoiceUnnoticed
    | ev.Trouble
    | ev.Unknown
    | ev.TranscriptMismatch
)

_EARLIER_KEPT = 4
"""Nobody reads more things than these at once."""


def _with_talk_key(lesson: Lesson, event: ev.Talking | ev.TalkKeyHeld | ev.ReleasesTold) -> Lesson:
    match event:
        case ev.Talking(on):
            return replace(lesson, talking=on, awaiting=lesson.linked and not on, turn_left_s=0)
        case ev.TalkKeyHeld(on):
            return replace(lesson, talk_held=on)
        case ev.ReleasesTold():
            return replace(lesson, releases_told=True)
        case _:
            assert_never(event)


def advance(lesson: Lesson, event: NoticeEvent) -> Lesson:
    """The lesson after a switch, a device or a figure has changed."""
    match event:
        case ev.Muted(on):
            return replace(lesson, muted=on, unnoticed=False)
        case ev.Held(on):
            return replace(lesson, held=on, awaiting=lesson.awaiting and not on)
        case ev.Talking() | ev.TalkKeyHeld() | ev.ReleasesTold():
            return _with_talk_key(lesson, event)
        case ev.Divided(title, other_tutor):  # before the first words there is nothing to divide
            lesson = replace(lesson, applied=Applied()) if other_tutor else lesson
            return with_dividers(lesson, Divider(lesson.turns[-1].id, title)) if lesson.turns else lesson
        case ev.EchoModeChosen(mode):
            return replace(lesson, echo_mode=mode, echo_cancelled=False)
        case ev.EchoCancelled(on, reason, hint):
            lesson = with_notice(lesson, reason, hint) if reason else lesson
            return replace(lesson, echo_cancelled=on)
        case ev.LengthChosen(minutes, told):
            return replace(lesson, minutes=minutes, time_told=told)
        case ev.TimeTold(mark):
            return replace(lesson, time_told=mark)
        case ev.SoundRecorded(on):
            return replace(lesson, recording=on)
        case ev.DeviceOpened(which, name, rate_hz, instead_of):
            if instead_of:
                title = f"There is no {which} called “{instead_of}”, so {name} is used."
                lesson = with_notice(lesson, title, f"{key('devices')} chooses another; plugged in, it is used again.")
            return _with_device(lesson, which, DeviceState(name, rate_hz))
        case ev.DigitalSilence(on):
            return replace(lesson, microphone=replace(lesson.microphone, silent=on))
        case ev.DeviceLost(which, reason, hint):  # no notice: it is shown for as long as the device is missing
            return _with_device(lesson, which, DeviceState(missing=reason, hint=hint))
        case ev.Usage(usd):
            return replace(lesson, usd=lesson.usd + usd)
        case ev.HelpShown(line_help):
            return replace(lesson, line_help=line_help)
        case ev.AsideAnswered() | ev.SpeakerKindChanged():  # the session makes of it what is shown
            return lesson
        case ev.LeaveAsked():
            return replace(lesson, leave_asked=True)
        case ev.LearnerAwaited(on):
            return replace(lesson, waited_for=on)
        case ev.VoiceUnnoticed(on, how):
            return replace(lesson, unnoticed=on, unnoticed_how=how)
        case ev.CostUnknown():
            return replace(lesson, cost_unknown=True)
        case ev.Trouble(title, hint, fatal, quiet, last=last):
            severity = "error" if fatal else "information" if quiet else "warning"
            lesson = with_notice(lesson, title, hint, severity, until_linked=fatal)
            lesson = replace(lesson, over=lesson.over or last)
            return replace(lesson, failed=lesson.notice) if fatal else lesson
        case ev.Unknown():
            return replace(lesson, unknown_events=lesson.unknown_events + 1)
        case ev.TranscriptMismatch():
            return replace(lesson, transcript_mismatches=lesson.transcript_mismatches + 1)
        case _:
            assert_never(event)


def with_dividers(lesson: Lesson, *new: Divider) -> Lesson:
    """The lesson with these; who has chosen twice without a word between sees the second choice only."""
    places = {each.after for each in new}
    return replace(lesson, dividers=(*(each for each in lesson.dividers if each.after not in places), *new))


def with_notice(
    lesson: Lesson, title: str, hint: str = "", severity: str = "warning", *, until_linked: bool = False
) -> Lesson:
    """The lesson with something new to tell; the few notices before it are kept."""
    number = lesson.notice.number + 1 if lesson.notice else 1
    earlier = (*lesson.earlier, lesson.notice)[-_EARLIER_KEPT:] if lesson.notice else ()
    return replace(lesson, notice=Notice(number, title, hint, severity, until_linked), earlier=earlier)


def _with_device(lesson: Lesson, which: ev.Which, state: DeviceState) -> Lesson:
    return replace(lesson, microphone=state) if which == "microphone" else replace(lesson, speaker=state)
