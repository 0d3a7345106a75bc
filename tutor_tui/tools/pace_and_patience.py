"""What the learner asks for aloud: slower, faster, more time to think."""

from __future__ import annotations

from typing import Annotated, Literal

from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.pace import PACE_ENDS, PACE_STEP, other_pace
from tutor_tui.core.tool_text import AS_BEFORE
from tutor_tui.core.tools import PaceRequest, PatienceRequest
from tutor_tui.core.turn_detection import PushToTalk, describe, with_patience
from tutor_tui.tools.dispatch import Outcome

Pace = Literal["much slower", "slower", "normal", "faster", "much faster"]
_CHANGES: dict[Pace, float] = {"much slower": -0.25, "slower": -PACE_STEP, "faster": PACE_STEP, "much faster": 0.25}
_PATIENCE_STEPS = 2
"""0.6 s of silence more or less: one is hardly felt."""


def set_pace(
    pace: Annotated[Pace, "Compared with how you speak now; normal is the voice's own pace."], plan: LessonPlan
) -> Outcome:
    """Change how fast your voice is from your next sentence on.

    Call it when the learner asks you to speak slower or faster, or plainly cannot follow; then say the last thing
    again.
    """
    speed = 1.0 if pace == "normal" else other_pace(plan.speed, _CHANGES[pace])
    if speed == plan.speed:
        limit = "The pace stays as it is: it is normal already." if pace == "normal" else PACE_ENDS
        return Outcome(f"{limit} It is {speed:g} times the voice's own.", f"{speed:g}×, {AS_BEFORE}")
    return Outcome(f"The pace is now {speed:g} times the voice's own.", f"{speed:g}×", (PaceRequest(speed),))


def set_patience(
    patience: Annotated[Literal["more", "less"], "more: wait longer before you answer; less: answer sooner."],
    plan: LessonPlan,
) -> Outcome:
    """Change how long the learner may pause before you answer.

    Call it when the learner asks for more time to think, says that you interrupt, or finds you slow to answer.
    """
    if isinstance(plan.turn_detection, PushToTalk):
        return Outcome("The learner ends each turn with a key: you never answer before that.", "push-to-talk waits")
    detection = with_patience(plan.turn_detection, _PATIENCE_STEPS if patience == "more" else -_PATIENCE_STEPS)
    if detection == plan.turn_detection:
        return Outcome("That is as far as it goes; nothing was changed.", f"{describe(detection)}, {AS_BEFORE}")
    return Outcome(f"From now on the tutor {describe(detection)}.", describe(detection), (PatienceRequest(detection),))
