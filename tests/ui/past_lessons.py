"""Past lessons for the screen: written into a real library."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tutor_tui.core.lesson_plan import Role
from tutor_tui.core.lesson_records import (
    CorrectionRecord,
    KeptLesson,
    LessonRecord,
    ToolRecord,
    TurnRecord,
    WordRecord,
)
from tutor_tui.library import rows
from tutor_tui.library.database import connect
from tutor_tui.library.lessons import SqliteLibrary

KOREAN = LessonRecord("", 0.0, "한국어 튜터", "korean-tutor", "gpt-realtime-2.1-mini", "ko", "en", "A2")
JAPANESE = LessonRecord("", 0.0, "東京の旅 · Japanese travel", "japanese-travel", "offline", "ja", "en", "A1")
ENGLISH = LessonRecord(
    "", 0.0, "English first words", "english-first-words", "offline", "en", "ko", "A1", "first-words"
)


def at(day: int, hour: int, minute: int, *, year: int = 2024) -> float:
    """A time in November, where the test runs."""
    return datetime(year, 11, day, hour, minute).astimezone().timestamp()


def lesson(
    name: str, began_at: float, *lines: tuple[Role, str], minutes: float = 12.0, taught: LessonRecord = KOREAN
) -> KeptLesson:
    """A lesson in which these lines were said; `taught` says whose it was."""
    record = replace(taught, id=name, began_at=began_at, ended_at=began_at + minutes * 60)
    turns = (
        TurnRecord(name, f"i{place}", place, role, text, ended_ms=round(minutes * 60_000))
        for place, (role, text) in enumerate(lines)
    )
    return KeptLesson(record, tuple(turns))


def kept_in(folder: Path, lessons: Iterable[KeptLesson]) -> SqliteLibrary:
    """A library in that folder, with these lessons."""
    file = folder / "lessons.sqlite"
    with closing(connect(file)) as database:
        database.execute("BEGIN")
        for each in lessons:
            rows.write(database, [each.lesson, *each.turns, *each.corrections, *each.words, *each.tools, *each.usage])
        database.execute("COMMIT")
    return SqliteLibrary(file)


CAFE = lesson(
    "2024-11-25-k3f9",
    at(25, 18, 30),
    ("tutor", "안녕하세요! 오늘은 카페에서 주문하는 연습을 해 볼까요? What would you like to drink?"),
    ("learner", "네, 저는 커피를 마시고 싶어요."),
    ("tutor", "아주 좋아요! ‘커피 한 잔 주세요’라고 말하면 더 자연스러워요. 한번 말해 보세요."),
    ("learner", "커피 한 잔 주세요."),
    ("tutor", "완벽해요! 따뜻한 커피로 드릴까요, 아니면 차가운 커피로 드릴까요?"),
    ("learner", "따뜻한 커피 주세요."),
    ("tutor", "네, 따뜻한 커피 한 잔이요. 더 필요한 것 있으세요? 케이크도 있어요."),
)
CAFE = replace(
    CAFE,
    turns=(*CAFE.turns[:-1], replace(CAFE.turns[-1], state="cut", heard_share=0.5)),
    corrections=(
        CorrectionRecord(CAFE.lesson.id, 0, "i1", "커피를 마시고 싶어요", "커피 한 잔 주세요", "an order, not a wish"),
    ),
    words=(WordRecord(CAFE.lesson.id, 1, "i3", "한 잔", "one cup or glass of", "물 한 잔 주세요."),),
    tools=(
        ToolRecord(CAFE.lesson.id, "c1", "note_correction", "done", "i1", "커피를 마시고 싶어요 → 커피 한 잔 주세요"),
        ToolRecord(CAFE.lesson.id, "c2", "get_weather", "done", "i3", "Seoul, 7 °C"),
    ),
)
TRAIN = lesson(
    "2024-11-24-p2m4",
    at(24, 7, 5),
    ("tutor", "こんにちは！今日は東京駅で切符を買う練習をしましょう。どこまで行きますか。"),
    ("learner", "京都まで、お願いします。"),
    ("tutor", "かしこまりました。京都までですね。「片道」ですか、それとも「往復」ですか。"),
    ("learner", "片道です。"),
    minutes=4.4,
    taught=replace(JAPANESE, recovered=True),
)
NAMES = lesson(
    "2024-11-02-a1b2",
    at(2, 20, 0),
    ("tutor", "Hello! What is your name?"),
    ("learner", "My name is Mina."),
    minutes=0.4,
    taught=ENGLISH,
)
ALL = (NAMES, CAFE, TRAIN)
