"""Lesson scripts are read strictly, and what is wrong is said with file, line, key and reason."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.offline_server.lesson import script_file
from tutor_tui.offline_server.lesson.pattern_sentences import sentences
from tutor_tui.offline_server.lesson.script import LessonScript
from tutor_tui.offline_server.lesson.script_file import list_scripts, load_script
from tutor_tui.offline_server.lesson.script_folders import MAX_FILE_BYTES, list_heads, script_text

HEAD = 'title = "T"\nlanguage = "en"\ngreeting = "Hello!"\nclosing = "Bye!"\n'
STEP = '[[step]]\nsay = "Name?"\nexpect = ["i am (anna | tom)"]\nanswer = "I am Anna."\n'


def write(folder: Path, text: str, name: str = "mine") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_lesson_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        'title = "First words"\nlanguage = "en"\nnative_language = "ko"\nlevel = "A1"\n'
        'greeting = "Hello!"\nclosing = "Bye!"\n'
        + STEP
        + 'mistakes = [{ heard = "i anna", prompt = "A word is missing." }]\nhint = "I am"\n'
        + 'translation = "이름?"\npraise = "Nice!"\nretries = 3\n',
    )
    script = load_script("mine", [tmp_path])
    assert (script.name, script.title, script.language, script.native_language) == ("mine", "First words", "en", "ko")
    step = script.steps[0]
    assert list(sentences(step.expect[0].heard, script.lists, 9)) == ["i am anna", "i am tom"]
    assert list(sentences(step.mistakes[0].heard, script.lists, 9)) == ["i anna"]
    assert (step.hint, step.translation, step.praise, step.retries) == ("I am", "이름?", "Nice!", 3)


def test_what_is_optional_has_a_default(tmp_path: Path) -> None:
    script = load_script(write(tmp_path, HEAD + STEP), [])
    assert script.native_language == "en"
    assert script.steps[0].retries == 2
    assert script.steps[0].mistakes == ()


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        (HEAD.replace('title = "T"\n', "") + STEP, 1, "'title'", "is missing"),
        (HEAD.replace('"T"', "7") + STEP, 1, "'title'", "text in quotes"),
        (HEAD.replace('"T"', '" "') + STEP, 1, "'title'", "must not be empty"),
        (HEAD.replace('"en"', '"English"') + STEP, 2, "'language'", "language code"),
        (HEAD.replace("Bye!", r"\u001b[31m") + STEP, 4, "'closing'", "control character"),
        (HEAD, 1, "'step'", "at least one"),
        ("step = 3\n" + HEAD, 1, "'step'", "at least one"),
        ("step = [3]\n" + HEAD, 1, "'step'", "[[step]]"),
        ("lenguage = 'en'\n" + HEAD + STEP, 1, "'lenguage'", "not a key of a lesson"),
        (HEAD + STEP + STEP + "hnits = 'x'\n", 13, "step 2, 'hnits'", "not a key of a step"),
        (HEAD + STEP + "hints = 'x'\n", 9, "step 1, 'hints'", "texts by language code"),
        (HEAD + STEP.replace('"Name?"', "[]"), 6, "step 1, 'say'", "a list of them"),
        (HEAD + STEP.replace('"Name?"', '["Name?", 3]'), 6, "step 1, 'say'", "a list of them"),
        (HEAD + STEP.replace('"Name?"', r'"\u001b[31m"'), 6, "step 1, 'say'", "control character"),
        (HEAD + STEP.replace("(anna | tom)", "<name>"), 7, "step 1, 'expect'", "<name> that no word list has"),
        (HEAD + STEP.replace('["i am (anna | tom)"]', "[{ heard = 'a' }]"), 7, "step 1, 'expect'", "reply"),
        (
            HEAD + STEP.replace('["i am (anna | tom)"]', "[{ heard = 'a', reply = '<name>!' }]"),
            7,
            "step 1, 'expect'",
            "needs <name>, which is not in 'a'",
        ),
        (HEAD + STEP + "least = 2\n", 9, "step 1, 'least'", "from 1 to 1"),
        (HEAD + STEP + "mistakes = [{ heard = 'a', prompt = 'p', kind = 'x' }]\n", 9, "step 1, 'mistakes'", "no kind"),
        (HEAD + STEP + "mistakes = [{ heard = 'a', prompt = 'p', better = '<b>' }]\n", 9, "step 1, 'mistakes'", "<b>"),
        ("unit = 0\n" + HEAD + STEP, 1, "'unit'", "from 1 to 99"),
        ("needs = ['a']\n" + HEAD + STEP, 1, "'needs'", "whole numbers"),
        (HEAD + "[slot.x]\nopen = 99\n" + STEP, 1, "'slot'", "from 0 to 12"),
        (HEAD + STEP + STEP.replace('answer = "I am Anna."\n', ""), 9, "step 2, 'answer'", "is missing"),
        (HEAD + STEP.replace('["i am (anna | tom)"]', "[]"), 7, "step 1, 'expect'", "at least one pattern"),
        (HEAD + STEP.replace('["i am (anna | tom)"]', "[1]"), 7, "step 1, 'expect'", "must be a pattern"),
        (HEAD + STEP.replace("tom)", "tom"), 7, "step 1, 'expect'", "')' is missing"),
        (HEAD + STEP + "mistakes = 1\n", 9, "step 1, 'mistakes'", "must be a list"),
        (HEAD + STEP + "mistakes = [{ heard = 'a' }]\n", 9, "step 1, 'mistakes'", "each must be"),
        (HEAD + STEP + "mistakes = [{ heard = '(', prompt = 'p' }]\n", 9, "step 1, 'mistakes'", "is missing"),
        (HEAD + STEP + "retries = 0\n", 9, "step 1, 'retries'", "from 1 to 5"),
        (HEAD + STEP + "retries = true\n", 9, "step 1, 'retries'", "from 1 to 5"),
    ],
)
def test_a_broken_script_says_where_and_why(tmp_path: Path, text: str, line: int, key: str, reason: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(Problem) as broken:
        load_script("mine", [tmp_path])
    assert f"{path}, line {line} is broken: {key}: " in broken.value.title
    assert reason in broken.value.title
    assert broken.value.hint
    assert broken.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"title = ", "it is not TOML"),
        pytest.param(b"a = " + b"[" * 100_000, "line 1 is broken: something is nested too deep", id="deep"),
        pytest.param(b"a = " + b"[\n" * 100_000, "it is not TOML", id="deep over lines"),
        pytest.param(b"\n" + b"a." * 400_000 + b"b = 1", "line 2 is broken: something is nested too deep", id="dotted"),
        pytest.param(b"a = " + b"9" * 5_000, "it is not TOML", id="a number of 5,000 digits"),
        (b"title = '\xff'", "not UTF-8"),
        pytest.param(b"#" * (MAX_FILE_BYTES + 1), "too large", id="large"),
    ],
)
def test_what_is_no_script_at_all(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "mine.toml").write_bytes(data)
    with pytest.raises(Problem) as broken:
        load_script("mine", [tmp_path])
    assert reason in broken.value.title


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")], ids=["pipe", "device"])
def test_what_has_no_end_is_not_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "mine.toml")
    with pytest.raises(Problem, match="not a regular file"):
        load_script("mine", [tmp_path])


def test_long_lines_are_not_deep_ones(tmp_path: Path) -> None:
    many = ", ".join("{ heard = 'a.b', prompt = 'p [x].' }" for _ in range(80))
    write(tmp_path, HEAD + STEP + f"mistakes = [{many}]  # {'.' * 80}\n")
    assert len(load_script("mine", [tmp_path]).steps[0].mistakes) == 80


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    write(tmp_path, HEAD + STEP, "cafe")
    with pytest.raises(Problem) as unknown:
        load_script("caffe", [tmp_path, tmp_path / "nowhere"])
    assert "'caffe'" in unknown.value.title
    assert "cafe" in unknown.value.hint
    with pytest.raises(Problem, match="There is no file"):
        load_script(tmp_path / "no.toml", [])


def test_the_first_folder_wins_and_a_broken_script_stops_no_other(tmp_path: Path) -> None:
    mine, shipped = tmp_path / "mine", tmp_path / "shipped"
    mine.mkdir()
    shipped.mkdir()
    write(mine, HEAD.replace('"T"', '"Mine"') + STEP, "a")
    write(shipped, HEAD + STEP, "a")
    write(shipped, "title =", "b")
    write(shipped, HEAD + STEP, "c")
    listed = list_scripts([mine, shipped])
    assert [entry.name for entry in listed] == ["a", "b", "c"]
    assert listed[0].script is not None
    assert listed[0].script.title == "Mine"
    assert listed[1].script is None
    assert listed[1].problem is not None
    assert str(shipped / "b.toml") in listed[1].problem.title
    assert listed[2].script is not None


def test_a_course_and_what_a_step_may_hold(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "lessons").mkdir()
    (tmp_path / "words" / "en.toml").write_text('[slot.drink]\nwords = ["tea"]\n', encoding="utf-8")
    write(
        tmp_path / "lessons",
        'course = "english-a1"\nunit = 3\ncan_do = ["order"]\nnew = ["tea"]\nneeds = [1, 2]\n'
        + HEAD
        + '[slot.cake]\nwords = ["a bun"]\n'
        + STEP.replace('"Name?"', '["What?", "And what?"]').replace(
            '["i am (anna | tom)"]', '["<cake>", { heard = "<drink>", reply = "One <drink>." }]'
        )
        + 'present = "Tea."\nleast = 1\nhints = { ko = "차" }\n',
    )
    script = load_script("mine", [tmp_path / "lessons"])
    assert (script.course, script.unit, script.can_do, script.needs) == ("english-a1", 3, ("order",), (1, 2))
    step = script.steps[0]
    assert (step.says, step.say, step.present, step.least) == (("What?", "And what?"), "What?", "Tea.", 1)
    assert [expected.reply for expected in step.expect] == ["", "One <drink>."]
    assert set(script.lists.slots) == {"drink", "cake"}
    (head,) = list_heads([tmp_path / "lessons"])
    assert (head.name, head.course, head.unit, head.can_do) == ("mine", "english-a1", 3, ("order",))


def test_prompts_in_other_languages_stand_in_tables_of_their_own(tmp_path: Path) -> None:
    first = '{ heard = "me anna", prompt = "Who?", prompts = { ko = "누구?" } }'
    own = f'mistakes = [{first}, {{ heard = "anna", prompt = "Who?" }}]\n'
    write(tmp_path, HEAD + STEP + own + '[prompts.de]\n"Who?" = "Wer?"\n[prompts.ko]\n"Who?" = "누가?"\n')
    one, other = load_script("mine", [tmp_path]).steps[0].mistakes
    assert one.prompts == {"de": "Wer?", "ko": "누구?"}, "its own is the stronger one"
    assert other.prompts == {"de": "Wer?", "ko": "누가?"}


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ('[prompts.de]\n"What?" = "Was?"', "no mistake has the prompt 'What?'"),
        ('[prompts.German]\n"Who?" = "Wer?"', "texts by language code"),
        ('[prompts.de]\n"Who?" = 3', "texts by language code"),
        ('[prompts]\nde = "Wer?"', "tables by language code"),
    ],
)
def test_a_table_of_prompts_is_read_strictly(tmp_path: Path, tables: str, reason: str) -> None:
    write(tmp_path, HEAD + STEP + 'mistakes = [{ heard = "anna", prompt = "Who?" }]\n' + tables)
    with pytest.raises(Problem, match=re.escape(reason)):
        load_script("mine", [tmp_path])


@pytest.mark.parametrize(
    ("tables", "reason"),
    [
        ('[meanings.en]\n"coffee" = "…"', "among what is new there is no 'coffee'"),
        ('[meanings.en]\n"tea" = 3', "texts by language code"),
        ('[meanings]\n"tea" = "…"', "tables by language code"),
    ],
)
def test_a_table_of_meanings_is_read_strictly(tmp_path: Path, tables: str, reason: str) -> None:
    write(tmp_path, 'new = ["tea"]\n' + HEAD + STEP + tables)
    with pytest.raises(Problem, match=re.escape(reason)):
        load_script("mine", [tmp_path])
    write(tmp_path, 'new = ["tea"]\n' + HEAD + STEP + '[meanings.ko]\n"tea" = "차"')
    assert load_script("mine", [tmp_path]).meanings == {"ko": {"tea": "차"}}


@pytest.mark.parametrize("text", ["title =", "[[step]]", 'title = "T"', "\xff"])
def test_a_list_leaves_out_what_has_no_head(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.toml").write_bytes(text.encode("latin-1"))
    assert list_heads([tmp_path]) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a =", "cannot be used"),
        ("[slot]\nx = 3", "must be a table"),
        ('[slot.x]\nwords = ["("]', "cannot be read"),
        ('[[mistake]]\nwrong = "a"\nkind = "x"', "no kind of correction"),
        ("mistake = 3", "[[mistake]]"),
    ],
)
def test_a_broken_word_list_is_named(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "en.toml").write_text(text, encoding="utf-8")
    (tmp_path / "lessons").mkdir()
    write(tmp_path / "lessons", HEAD + STEP)
    with pytest.raises(Problem) as broken:
        load_script("mine", [tmp_path / "lessons"])
    assert "words/en.toml" in broken.value.title and reason in broken.value.title


def test_two_threads_that_want_a_lesson_at_once_read_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, HEAD + STEP)
    asked = threading.Barrier(2)
    read = list[Path]()

    def slowly(of: Path) -> str:
        read.append(of)
        time.sleep(0.02)
        return script_text(of)

    def wanted(_: int) -> LessonScript:
        asked.wait()
        return load_script("mine", [tmp_path])

    monkeypatch.setattr(script_file, "script_text", slowly)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(wanted, range(2))
    assert first is second and read == [path]
