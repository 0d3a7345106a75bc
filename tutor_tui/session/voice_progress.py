"""How far the tutor's voice is in what it says: for the eye, which is shown the words before the ear hears them."""

from __future__ import annotations

from typing import NamedTuple

from tutor_tui.core.asides import characters_heard
from tutor_tui.core.lesson import Lesson
from tutor_tui.core.ports import Speaker
from tutor_tui.speech.words_heard import usual_ms


class VoiceProgress(NamedTuple):
    """The turn that is being heard, and how many characters of it were."""

    turn_id: str = ""
    """Empty while nothing is heard."""
    characters: int = 0


def voice_progress(lesson: Lesson, speaker: Speaker) -> VoiceProgress:
    """By the share of the sound that was heard, up to a whole word.

    While more sound is to come, the whole is judged by the length of the text.
    """
    item_id = lesson.sounding[0] if lesson.sounding else ""
    turn, heard = (lesson.turn(item_id), speaker.progress(item_id)) if item_id else (None, None)
    if turn is None or heard is None or not turn.text:
        return VoiceProgress()
    whole_ms = float(heard.received_ms)
    if lesson.reply_id:
        whole_ms = max(whole_ms, turn.expected_ms or usual_ms(turn.text) / lesson.plan.speed)
    share = min(1.0, heard.heard_ms / whole_ms) if whole_ms else 0.0
    return VoiceProgress(item_id, characters_heard(turn.text, share))
