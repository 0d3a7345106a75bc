"""How turns end by the settings: each value stronger than the preset or the profile, and the way back."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.settings import LessonSettings, Settings, VadSettings, setting_fields, with_value
from tutor_tui.core.turn_detection import (
    EAGERNESS,
    PREFIX_PADDING_MS,
    PRESETS,
    SILENCE_DURATION_MS,
    THRESHOLD,
    PushToTalk,
    Range,
    SemanticVad,
    ServerVad,
    TurnDetection,
)
from tutor_tui.core.turn_settings import detection_wanted, settings_for

FIELDS = {field.full_name: field for field in setting_fields()}
PATIENT = PRESETS["patient"]


def on_the_slider(limits: Range) -> st.SearchStrategy[float]:
    steps = round((limits.high - limits.low) / limits.step)
    return st.integers(0, steps).map(lambda n: round(limits.low + n * limits.step, 6))


SERVER = st.builds(
    ServerVad,
    on_the_slider(THRESHOLD),
    on_the_slider(PREFIX_PADDING_MS).map(int),
    on_the_slider(SILENCE_DURATION_MS).map(int),
)
WAYS = SERVER | st.sampled_from([*PRESETS.values(), PushToTalk(), *map(SemanticVad, EAGERNESS)])


def test_without_settings_the_profile_says_how_turns_end() -> None:
    assert detection_wanted(LessonSettings(), VadSettings(), PATIENT) == PATIENT


def test_each_number_is_stronger_than_preset_and_profile_and_the_others_stay() -> None:
    shorter = replace(PATIENT, silence_duration_ms=500)
    assert detection_wanted(LessonSettings(), VadSettings(silence_ms=500), PATIENT) == shorter
    quick = LessonSettings(turn_taking="quick")
    assert detection_wanted(quick, VadSettings(threshold=0.3), PATIENT) == replace(PRESETS["quick"], threshold=0.3)
    all_three = VadSettings(threshold=0.5, prefix_padding_ms=300, silence_ms=500)
    assert detection_wanted(LessonSettings(), all_three, PATIENT) == ServerVad(0.5, 300, 500)


def test_eagerness_counts_where_the_sentence_is_judged() -> None:
    assert detection_wanted(LessonSettings(), VadSettings(eagerness="high"), PATIENT) == PATIENT
    eager = VadSettings(eagerness="high", silence_ms=500)
    assert detection_wanted(LessonSettings(turn_taking="semantic"), eager, PATIENT) == SemanticVad("high")
    assert detection_wanted(LessonSettings(turn_taking="push-to-talk"), eager, PATIENT) == PushToTalk()


@given(wanted=WAYS, kept_before=WAYS, of_profile=st.sampled_from([*PRESETS.values()]))
def test_what_is_kept_holds_in_every_lesson(
    wanted: TurnDetection, kept_before: TurnDetection, of_profile: TurnDetection
) -> None:
    settings = Settings()
    for name, value in chain(settings_for(kept_before).items(), settings_for(wanted).items()):
        settings = with_value(settings, name, FIELDS[name].parse(value))
    assert detection_wanted(settings.lesson, settings.vad, of_profile) == wanted


def test_another_profile_leaves_what_the_learner_chose_in_this_lesson() -> None:
    old = LessonPlan("old", "i", "marin", turn_detection=ServerVad(0.3, 300, 500))
    new = LessonPlan("new", "j", "marin", turn_detection=PATIENT)
    assert new.continuing(old).turn_detection == PATIENT
    chosen = new.continuing(replace(old, own_turns=True))
    assert chosen.turn_detection == old.turn_detection
    assert new.continuing(chosen).turn_detection == old.turn_detection, "and the next"
