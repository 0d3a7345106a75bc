"""A headset that is plugged in or out changes what the microphone can hear of the tutor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.actions import key
from tutor_tui.core.echo_mode import SpeakerKind

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

_TOLD: dict[SpeakerKind, str] = {
    "headphones": "You hear the tutor through headphones now, so you can talk over it at any time.",
    "speakers": "You hear the tutor through speakers now: its voice will be taken out of what the microphone hears.",
}


def take(session: Session, event: ev.LessonEvent) -> None:
    """Follow what the tutor is heard by. On loudspeakers, who chose that the microphone rests meanwhile keeps that."""
    if not isinstance(event, ev.SpeakerKindChanged):
        return
    fits = ("headphones",) if event.kind == "headphones" else ("speakers", "half-duplex")
    if session.lesson.echo_mode not in fits:
        session.set_echo(event.kind)
        session.take(ev.Trouble(_TOLD[event.kind], f"If that is not so, {key('echo')} changes it.", quiet=True))
