from __future__ import annotations

import os
import re
import tomllib
from itertools import groupby
from pathlib import Path

import pytest

import tutor_tui
from tests.support.paths import PROMPTS
from tutor_tui.config.profile_file import MAX_FILE_BYTES
from tutor_tui.config.profiles import DEFAULT_PROFILE, Profiles, load_profiles, prompts_folders
from tutor_tui.core.pedagogy import CORRECTIONS
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.profile import PromptProfile, plan_of

GOOD = "---\nname: {name}\nlanguage: {language}\n---\nTeach {{language}}.\n"

# --- reading folders ------------------------------------------------------------------------------------------------


def write(folder: Path, key: str, name: str = "", language: str = "ko") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{key}.md"
    path.write_text(GOOD.format(name=name or key, language=language), encoding="utf-8")
    return path


def test_the_first_folder_wins_and_the_rest_stays(tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    write(own, "Mina", "My Mina")
    write(shipped, "mina", "Their Mina")
    write(shipped, "other", "Other")
    found = load_profiles([own, shipped])
    assert [profile.name for profile in found.profiles] == ["My Mina", "Other"]
    assert found.broken == ()


def test_a_broken_own_profile_is_listed_and_the_shipped_one_steps_in(tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    write(own, "mina").write_text("no front matter", encoding="utf-8")
    write(shipped, "mina", "Their Mina")
    found = load_profiles([own, shipped])
    assert [profile.name for profile in found.profiles] == ["Their Mina"]
    assert [broken.path for broken in found.broken] == [own / "mina.md"]


def test_the_default_comes_first_then_the_name_of_the_language_and_level(tmp_path: Path) -> None:
    for key, language, level in [
        ("z", "en", "A2"), ("y", "en", ""), ("x", "en", "A1"), ("w", "de", "B1"), (DEFAULT_PROFILE, "ko", "A1"),
    ]:  # fmt: skip
        write(tmp_path, key, language=f"{language}\nlevel: {level}")
    found = load_profiles([tmp_path])
    assert [profile.key for profile in found.profiles] == [DEFAULT_PROFILE, "x", "z", "y", "w"], "English before German"
    assert found.default.key == DEFAULT_PROFILE


def test_only_markdown_counts_and_neither_hidden_files_nor_the_readme(tmp_path: Path) -> None:
    write(tmp_path, "mina")
    for name in ("README.md", ".mina.md", "mina.md~", "notes.txt"):
        (tmp_path / name).write_text("not a profile", encoding="utf-8")
    (tmp_path / "lessons").mkdir()
    found = load_profiles([tmp_path])
    assert ([profile.key for profile in found.profiles], found.broken) == (["mina"], ())


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    text = GOOD.format(name="Mina", language="ko").replace("\n", "\r\n")
    (tmp_path / "mina.md").write_bytes(b"\xef\xbb\xbf" + text.encode())
    found = load_profiles([tmp_path])
    assert found.broken == ()
    assert found.profiles[0].instructions == "Teach {language}."


def test_norwegian_is_not_a_no(tmp_path: Path) -> None:
    write(tmp_path, "norsk", language="no")
    assert load_profiles([tmp_path]).profiles[0].language == "no"


@pytest.mark.parametrize("tools", ["[get_weather, set_pace]", "\n- get_weather\n- set_pace", "get_weather, set_pace"])
def test_tools_are_a_list_in_any_of_its_forms(tmp_path: Path, tools: str) -> None:
    (tmp_path / "mina.md").write_text(f"---\nname: Mina\nlanguage: ko\ntools: {tools}\n---\nTeach.\n", encoding="utf-8")
    found = load_profiles([tmp_path])
    assert found.broken == ()
    assert found.profiles[0].tools == ("get_weather", "set_pace")


def test_the_assistant_knows_the_weather_and_the_tutors_take_notes() -> None:
    shipped = {profile.key: profile for profile in load_profiles(prompts_folders(Path("/nowhere"))).profiles}
    assert "get_weather" in shipped["voice-assistant"].tools
    assert "note_correction" in shipped["korean-tutor"].tools


# --- broken profiles ------------------------------------------------------------------------------------------------

HEAD = "---\nname: Mina\nlanguage: ko\n"
BROKEN: list[tuple[str, bytes | str, int, str]] = [
    ("empty", "", 1, "must begin with a line ---"),
    ("no front matter", "# Mina\nTeach.\n", 1, "must begin with a line ---"),
    ("no end", HEAD + "Teach.\n", 1, "has no end"),
    ("empty front matter", "---\n---\nTeach.\n", 2, "`field: value`"),
    ("a list", "---\n- name\n---\nTeach.\n", 2, "`field: value`"),
    ("a text", "---\njust words\n---\nTeach.\n", 2, "`field: value`"),
    ("bad YAML", "---\nname: Mina\nlanguage: 'ko\n---\nTeach.\n", 3, "not YAML: found unexpected end of stream"),
    ("a tab", "---\nname: Mina\n\tlanguage: ko\n---\nTeach.\n", 3, "not YAML: found character"),
    ("a colon too many", "---\nname: Mina: tutor\n---\nTeach.\n", 2, "not YAML: mapping values"),
    ("a bell", "---\nname: Mi\x07na\nlanguage: ko\n---\nTeach.\n", 2, "U+0007 is not allowed"),
    ("two documents", "---\nname: Mina\n--- x\nlanguage: ko\n---\nTeach.\n", 3, "not YAML: but found another document"),
    ("deep nesting", f"---\nname: {'[' * 5000}\n---\nTeach.\n", 1, "nested too deeply"),
    ("an escape beyond Unicode", '---\nname: "\\U00110000"\n---\nTeach.\n', 2, "an escape is out of range"),
    ("an escape beyond all", HEAD + 'voice: "\\U99999999"\n---\nTeach.\n', 4, "an escape is out of range"),
    ("half a character", '---\nname: "\\uD800"\nlanguage: ko\n---\nTeach.\n', 2, "half a character"),
    ("a version without end", f"---\n%YAML 1.{'9' * 5000}\n---\nTeach.\n", 2, "a number or an escape is out of range"),
    ("a list as a name", "---\n[a, b]: c\n---\nTeach.\n", 2, "must be a single word"),
    ("twice", HEAD + "name: Hana\n---\nTeach.\n", 4, "name: is given twice"),
    ("a missing field", "---\nlanguage: ko\n---\nTeach.\n", 1, "name: is missing"),
    ("an unknown field", HEAD + "vocie: cedar\n---\nTeach.\n", 4, "the nearest is voice"),
    ("a wrong value", HEAD + "\n# how fast\npace: 9\n---\nTeach.\n", 6, "pace: '9' is not a number from 0.25 to 1.5"),
    ("a nested value", HEAD + "voice:\n  name: cedar\n---\nTeach.\n", 4, "voice: must be a single text"),
    ("an unknown tool", HEAD + "tools: [set_pace, [x]]\n---\nTeach.\n", 4, "is no tool; there are"),
    ("a Python object", HEAD + "voice: !!python/object/apply:os.system [exit]\n---\nTeach.\n", 4, "single text"),
    ("no instructions", HEAD + "---\n\n", 5, "instructions: there are none"),
    ("an unknown blank", HEAD + "---\nTeach.\nIn {langauge}.\n", 6, "no blank {langauge}"),
    ("Latin-1", HEAD.encode() + b"---\nCaf\xe9.\n", 5, "not UTF-8"),
    ("UTF-16", HEAD.encode("utf-16"), 1, "not UTF-8"),
    ("huge", HEAD + "---\n" + "x" * MAX_FILE_BYTES, 0, "more than 64 kB"),
]


@pytest.mark.parametrize(("content", "line", "said"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_profile_is_listed_with_line_and_reason_and_stops_no_other(
    tmp_path: Path, content: bytes | str, line: int, said: str
) -> None:
    write(tmp_path, "fine")
    path = tmp_path / "bad.md"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = load_profiles([tmp_path])
    assert [profile.key for profile in found.profiles] == ["fine"]
    (broken,) = found.broken
    assert (broken.path, broken.line) == (path, line), broken.reason
    assert said in broken.reason
    assert len(broken.reason) < 200
    assert str(broken).startswith(f"{path}, line {line}: " if line else f"{path}: ")


def test_what_is_no_readable_file_is_listed(tmp_path: Path) -> None:
    write(tmp_path, "fine")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "nowhere.md").symlink_to(tmp_path / "missing")
    os.mkfifo(tmp_path / "pipe.md")
    found = load_profiles([tmp_path])
    assert [profile.key for profile in found.profiles] == ["fine"]
    assert [broken.path.name for broken in found.broken] == ["folder.md", "nowhere.md", "pipe.md"]
    assert all(broken.reason == "is not a file that can be read" for broken in found.broken)


def test_a_file_the_system_refuses_to_read_is_listed(tmp_path: Path) -> None:
    write(tmp_path, "fine")
    (tmp_path / "secret.md").symlink_to("/proc/self/mem")  # refused even to root, who runs CI
    found = load_profiles([tmp_path])
    assert [profile.key for profile in found.profiles] == ["fine"]
    assert [str(broken) for broken in found.broken] == [f"{tmp_path / 'secret.md'}: Input/output error"]


def test_a_folder_that_went_away_is_listed(tmp_path: Path) -> None:
    write(tmp_path / "there", "fine")
    found = load_profiles([tmp_path / "gone", tmp_path / "there"])
    assert [profile.key for profile in found.profiles] == ["fine"]
    assert [str(broken) for broken in found.broken] == [f"{tmp_path / 'gone'}: No such file or directory"]


# --- finding --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> Profiles:
    return load_profiles([PROMPTS])


@pytest.mark.parametrize("name", ["korean-tutor", "KOREAN-Tutor", "Korean tutor", " korean TUTOR "])
def test_find_takes_key_or_title_in_any_capitals(shipped: Profiles, name: str) -> None:
    assert shipped.find(name).key == "korean-tutor"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("korean-tuter", "Did you mean korean-tutor"),
        ("spanish", "spanish-cafe"),
        ("ko", "korean-tutor"),
        ("qqq", "There are: "),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(shipped: Profiles, name: str, hint: str) -> None:
    with pytest.raises(Problem) as caught:
        shipped.find(name)
    assert caught.value.title == f"There is no profile called {name!r}."
    assert hint in caught.value.hint
    assert caught.value.exit_code == ExitCode.USAGE


def test_asking_for_a_broken_profile_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("---\nname: Mine\nlanguage: xx\n---\nTeach.\n", encoding="utf-8")
    with pytest.raises(Problem) as caught:
        load_profiles([tmp_path]).find("Mine")
    assert caught.value.title == "The profile mine is broken."
    assert "line 3: language: 'xx'" in caught.value.hint


def test_no_profile_at_all_is_a_problem_with_a_way_out() -> None:
    with pytest.raises(Problem, match="No profile was found"):
        _ = load_profiles([]).default


# --- folders --------------------------------------------------------------------------------------------------------


def test_the_folders_are_the_asked_for_the_learners_and_the_shipped(tmp_path: Path) -> None:
    config, asked = tmp_path / "config", tmp_path / "asked"
    assert prompts_folders(config) == (PROMPTS,)
    (config / "prompts").mkdir(parents=True)
    asked.mkdir()
    assert prompts_folders(config, asked) == (asked, config / "prompts", PROMPTS)


def test_an_asked_for_folder_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        prompts_folders(tmp_path, tmp_path / "nowhere")
    assert "nowhere" in caught.value.title
    assert caught.value.exit_code == ExitCode.USAGE


def test_an_installed_package_has_its_own_and_leaves_its_neighbours_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "tutor_tui"
    (package / "prompts").mkdir(parents=True)
    (package.parent / "prompts").mkdir()
    monkeypatch.setattr(tutor_tui, "__file__", str(package / "__init__.py"))
    assert prompts_folders(tmp_path) == (package / "prompts",)


# --- the shipped profiles -------------------------------------------------------------------------------------------

KEYS = sorted(path.stem for path in PROMPTS.glob("*.md"))
TESTS = [key for key in KEYS if key.startswith("find-my-level-")]
LESSONS = [key for key in KEYS if key != "voice-assistant" and key not in TESTS]


def test_all_shipped_profiles_load_and_the_promised_ones_are_there(shipped: Profiles) -> None:
    assert [str(broken) for broken in shipped.broken] == []
    assert sorted(profile.key for profile in shipped.profiles) == KEYS
    assert shipped.default.key == "korean-tutor"
    assert set(KEYS) >= {
        "korean-tutor", "korean-b1", "english-conversation", "english-first-words", "spanish-cafe", "japanese-travel",
        "french-debate", "german-office", "mandarin-first-steps", "voice-assistant",
    }  # fmt: skip


def test_among_them_all_contracts_but_strict_and_all_levels_to_b2_are_met(shipped: Profiles) -> None:
    assert {profile.level for profile in shipped.profiles} == {"", "A1", "A2", "B1", "B2"}
    assert {profile.correction for profile in shipped.profiles} == {"", *CORRECTIONS} - {"strict"}


def by_key(shipped: Profiles, key: str) -> PromptProfile:
    return next(profile for profile in shipped.profiles if profile.key == key)


@pytest.mark.parametrize("key", KEYS)
def test_a_shipped_profile_fits_the_picker_and_a_session(shipped: Profiles, key: str) -> None:
    profile = by_key(shipped, key)
    assert len(profile.name) <= 30
    assert 20 <= len(profile.description) <= 80
    assert profile.voice in {"marin", "cedar"}
    plan = plan_of(profile)
    assert len(plan.instructions) < 7_000, "each turn of a session pays for its instructions"
    assert not re.search(r"[{}]", plan.instructions + plan.opening)
    assert "**" not in plan.instructions
    assert all(len(line) <= 160 for line in profile.instructions.splitlines())


@pytest.mark.parametrize("key", LESSONS)
def test_a_lesson_profile_is_a_blueprint(shipped: Profiles, key: str) -> None:
    profile = by_key(shipped, key)
    for heading in ("## Aim", "## Targets", "## The lesson"):
        assert heading in profile.instructions
    assert re.search(r"^1\. ", profile.instructions, re.MULTILINE)
    assert re.search(r"^\d\. Close: ", profile.instructions, re.MULTILINE)
    assert profile.opening, "the tutor begins, so that no learner faces silence"
    assert profile.level
    assert profile.correction


@pytest.mark.parametrize("key", TESTS)
def test_a_profile_that_finds_the_level_has_none_and_can_suggest_one(shipped: Profiles, key: str) -> None:
    profile = by_key(shipped, key)
    assert "set_level" in profile.tools and "call set_level" in profile.instructions
    assert (profile.level, profile.correction) == ("", ""), "it neither teaches nor corrects"
    assert all(f"\n- {level}: " in profile.instructions for level in ("A1", "A2", "B1", "B2"))
    assert profile.opening and profile.offline_lesson == f"{profile.language}-level-test"


@pytest.mark.parametrize("key", KEYS)
def test_a_named_offline_lesson_exists_and_teaches_the_same_language(shipped: Profiles, key: str) -> None:
    profile = by_key(shipped, key)
    lessons = {path.stem for path in (PROMPTS / "lessons").glob(f"{profile.language}-*.toml")}
    assert profile.offline_lesson in {"", *lessons}


def test_every_offline_lesson_belongs_to_a_profile_or_to_a_course(shipped: Profiles) -> None:
    begun_by_a_profile = {profile.offline_lesson for profile in shipped.profiles}
    for path in (PROMPTS / "lessons").glob("*.toml"):
        unit = tomllib.loads(path.read_text(encoding="utf-8")).get("unit", 0)
        assert path.stem in begun_by_a_profile or unit, path.stem


def test_the_learners_own_are_told_from_the_shipped(tmp_path: Path) -> None:
    write(tmp_path / "prompts", "mine", language="ko")
    found = load_profiles(prompts_folders(tmp_path))
    assert [profile.key for profile in found.profiles if profile.own] == ["mine"]
    assert len(found.profiles) > 10
    languages = [profile.language for profile in found.profiles]
    assert len(set(languages)) == len(list(groupby(languages))), "each language has one place in the list"
