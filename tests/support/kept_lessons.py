"""Lessons as a library keeps them, in three languages, and a way to put them into one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tutor_tui.core.lesson_records import (
    CorrectionRecord,
    KeptLesson,
    LessonRecord,
    Record,
    ToolRecord,
    TurnRecord,
    UsageRecord,
    WordRecord,
)
from tutor_tui.library import recordings, rows
from tutor_tui.library.database import connect
from tutor_tui.library.transaction import in_one_go

SPANISH_ID, JAPANESE_ID, KOREAN_ID = "2026-11-25-a2bc", "2026-11-26-d3ef", "2026-11-27-k3f9"
ALL = (KOREAN_ID, JAPANESE_ID, SPANISH_ID)
"""The newest first."""


def at(day: int, hour: int = 18, minute: int = 3) -> float:
    """A moment in November 2026, as Unix time."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp()


SPANISH = KeptLesson(
    LessonRecord(SPANISH_ID, at(25), "Spanish A1", "spanish-a1", "offline", "es", "en", "A1", ended_at=at(25, 18, 13)),
    turns=(
        TurnRecord(SPANISH_ID, "t0", 0, "tutor", "¿Qué comiste el año pasado?", began_ms=500, ended_ms=3_000),
        TurnRecord(SPANISH_ID, "l0", 1, "learner", "Comí ÑOQUIS.", began_ms=4_000, ended_ms=5_500),
    ),
)
JAPANESE = KeptLesson(
    LessonRecord(JAPANESE_ID, at(26), "Japanese A1", tutor="m", target_language="ja", cost_unknown=True),
    turns=(
        TurnRecord(JAPANESE_ID, "l0", 0, "learner", "ﾊﾞｽで かいしゃへ いきます。", began_ms=1_000, ended_ms=4_000),
        TurnRecord(JAPANESE_ID, "t0", 1, "tutor", "がいこくへも いきますか。", began_ms=5_000, ended_ms=90_000),
    ),
)
"""It goes on still, or was broken off."""
KOREAN = KeptLesson(
    LessonRecord(
        KOREAN_ID, at(27), "Korean B1", "korean-b1", "gpt-realtime-2.1-mini", "ko", "en", "B1", ended_at=at(27, 18, 15)
    ),
    turns=(
        TurnRecord(KOREAN_ID, "t0", 0, "tutor", "안녕하세요! 어제 뭐 했어요?", began_ms=800, ended_ms=3_400),
        TurnRecord(KOREAN_ID, "l0", 1, "learner", "어제 친구를 만나요.", began_ms=5_000, ended_ms=7_250),
        TurnRecord(
            KOREAN_ID,
            "t1",
            2,
            "tutor",
            "좋아요. 친구하고 무엇을 했는지 조금 더 이야기해 주세요.",
            "cut",
            0.4,
            began_ms=8_000,
            ended_ms=9_500,
        ),
        TurnRecord(KOREAN_ID, "l1", 3, "learner", "영화를 봤어요", began_ms=9_100, ended_ms=11_000, typed=True),
        TurnRecord(KOREAN_ID, "l2", 4, "learner", "", "unclear", began_ms=15_000, ended_ms=15_900),
        TurnRecord(KOREAN_ID, "t2", 5, "tutor", "다시 말해 주세요.", began_ms=17_000, ended_ms=19_000, again=True),
    ),
    corrections=(
        CorrectionRecord(KOREAN_ID, 0, "l0", "어제 만나요", "어제 만났어요", "the past of 만나다", "grammar"),
        CorrectionRecord(KOREAN_ID, 2, "", "영화", "영화관"),
    ),
    words=(WordRecord(KOREAN_ID, 1, "l1", "영화", "film", "영화를 봤어요.", "ko"),),
    tools=(ToolRecord(KOREAN_ID, "c0", "note_word", "done", "l1", "a new word"),),
    usage=(UsageRecord(KOREAN_ID, 0, at(27), 0.1), UsageRecord(KOREAN_ID, 1, at(27), 0.023)),
)


def records_of(kept: KeptLesson) -> list[Record]:
    """Every record of a lesson, the lesson's own first."""
    return [kept.lesson, *kept.turns, *kept.corrections, *kept.words, *kept.tools, *kept.usage]


def record(data: Path, lesson_ids: Iterable[str]) -> None:
    """Something in the place of recordings of these lessons, in the folder of a library."""
    (data / recordings.FOLDER).mkdir(parents=True, exist_ok=True)
    for lesson_id in lesson_ids:
        for side in recordings.SIDES:
            recordings.file_of(data, lesson_id, side).write_text("sound")


def fill(file: Path, kept: Iterable[KeptLesson] = (SPANISH, KOREAN, JAPANESE)) -> None:
    """Put lessons into the library at `file`."""
    database = connect(file)
    try:
        with in_one_go(database):
            rows.write(database, [record for each in kept for record in records_of(each)])
    finally:
        database.close()
