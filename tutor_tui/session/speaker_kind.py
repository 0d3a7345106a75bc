"""A headset that is plugged in or out changes what the microphone can hear of the tutor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor_tui.core import events as ev
from tutor_tui.core.actions import key
from tutor_tui.core.echo_mode import EchoMode

if TYPE_CHECKING:
    from tutor_tui.session.session import Session

_TOLD: dict[EchoMode, str] = {
    "headphones": "You hear the tutor through headphones now, so you can talk over it at any time.",
    "speakers": "You hear the tutor through speakers now: its voice will be taken out of what the microphone hears.",
    "half-duplex": "You hear the tutor through speakers now: as you chose, the microphone rests while it is heard.",
}


class SpeakerKindFollowed:
    """Of one session: the echo mode fits what the tutor is heard by."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._on_speakers: EchoMode = "speakers"
        """What was chosen last for loudspeakers: who wants the microphone to rest wants it again after a headset."""
        self._note(session.lesson.echo_mode)

    def take(self, event: ev.LessonEvent) -> None:
        """Follow what the tutor is heard by; and what the learner chooses meanwhile."""
        match event:
            case ev.EchoModeChosen(mode):
                self._note(mode)
            case ev.SpeakerKindChanged(kind):
                on_headphones = kind == "headphones"
                if (self._session.lesson.echo_mode == "headphones") != on_headphones:
                    self._change("headphones" if on_headphones else self._on_speakers)
            case _:
                pass

    def change_echo(self) -> None:
        """From headphones to what was chosen for loudspeakers, or back."""
        on_headphones = self._session.lesson.echo_mode == "headphones"
        self._session.set_echo(self._on_speakers if on_headphones else "headphones")

    def _note(self, mode: EchoMode) -> None:
        if mode != "headphones":
            self._on_speakers = mode

    def _change(self, mode: EchoMode) -> None:
        self._session.set_echo(mode)
        self._session.take(ev.Trouble(_TOLD[mode], f"If that is not so, {key('echo')} changes it.", quiet=True))
