"""`tutor-tui words` as a learner meets it: what they keep, listed, taken to Anki and brought along."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from tests.cli.asked import answered
from tests.cli.test_main import Runner
from tests.cli.test_main import run as run
from tests.exchange.words import FILM, HOLA, ITEMS, MET, NOW
from tests.library.damaging import overwrite_pages
from tests.support.kept_lessons import KOREAN, KOREAN_ID, fill
from tests.support.paths import folders_below
from tutor_tui.cli import words_export, words_import
from tutor_tui.cli.main import main
from tutor_tui.cli.options import WORD_FORMATS
from tutor_tui.config.paths import Folders
from tutor_tui.core import pcm
from tutor_tui.core.problems import ExitCode
from tutor_tui.exchange.anki_connect import Sent
from tutor_tui.exchange.anki_notes_read import read_anki_package
from tutor_tui.exchange.anki_package import anki_package
from tutor_tui.learning.importing import keep_all
from tutor_tui.learning.items import Evidence, Item, ItemKind, KeptItem, Rating, Review, Use
from tutor_tui.learning.learner import review
from tutor_tui.library import recordings
from tutor_tui.library.learner import SqliteLearner
from tutor_tui.testing.wav_sound_card import write_wav

FACT = Item("ko", ItemKind.FACT, "is called Anna")
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """An empty home, which is where we are."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "ANKI_CONNECT_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    return folders_below(tmp_path)


@pytest.fixture
def words(folders: Folders, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run `tutor-tui words` with these arguments: the exit code, what was printed, what was complained of."""

    def say(*arguments: str) -> tuple[int, str, str]:
        code = main(["words", *arguments])
        out, err = capsys.readouterr()
        assert err.count("\n") == bool(code)
        return code, out, err.removeprefix("tutor-tui: ").strip()

    return say


def keep(folders: Folders, *items: Item) -> None:
    with SqliteLearner(folders.library_file).changing() as change:
        keep_all(change, items, NOW)


def kept(folders: Folders) -> set[str]:
    store = SqliteLearner(folders.library_file)
    return {each.item.term for language in store.languages() for each in store.items(language)}


# ---- the list -------------------------------------------------------------------------------------------------------


def test_where_nothing_is_kept_it_is_said(words: Say) -> None:
    assert words() == (0, "No words kept yet.\n", "")
    assert words("--due") == (0, "Nothing is due.\n", "")
    assert words("list", "--json") == (0, "", "")


def test_words_and_corrections_are_listed_and_nothing_else(words: Say, folders: Folders) -> None:
    keep(folders, *ITEMS, FACT)
    _, shown, _ = words()
    assert f"you said “{MET.said}”" in shown
    assert FILM.term in shown and MET.meaning not in shown, "why it was wrong is not what was said"
    assert FACT.term not in shown and "\x1b" not in shown
    assert shown.splitlines()[-1] == "2 words, 1 phrase, 1 correction."
    _, due, _ = words("--due", "--json", "--language", "Korean")
    assert {json.loads(line)["term"] for line in due.splitlines()} == {FILM.term, MET.term}


def test_it_is_plain_what_is_a_word_a_phrase_and_a_correction(words: Say, folders: Folders) -> None:
    """Whole sentences and mistakes stood among words, and a mistake without a reason looked like a meaning."""
    keep(
        folders,
        Item("ko", ItemKind.WORD, "커피 한 잔 주세요.", "One coffee, please."),
        Item("ko", ItemKind.CORRECTION, "저는 마리아예요", said="저는 마리아이에요"),
        FILM,
    )
    shown = words()[1].splitlines()
    assert [line.split()[:3] for line in shown[:-1]] == [
        ["LANGUAGE", "KIND", "TERM"],
        ["ko", "word", "영화"],
        ["ko", "phrase", "커피"],
        ["ko", "correction", "저는"],
    ]
    assert "you said “저는 마리아이에요”" in shown[3]
    said = [json.loads(line) for line in words("--json")[1].splitlines()]
    assert {(each["kind"], each["form"]) for each in said} == {
        ("word", "word"),
        ("word", "phrase"),
        ("correction", "correction"),
    }


def test_what_became_of_a_mistake_is_in_the_list(words: Say, folders: Folders) -> None:
    keep(folders, MET, FILM)
    for day, stands in ((1, "right once"), (2, "mended")):
        used = Evidence(MET.id, "lesson", f"turn {day}", NOW + day * 24 * 3_600, Use.INDEPENDENT, MET.term)
        with SqliteLearner(folders.library_file).changing() as change:
            change.put_evidence(used)
        (line,) = (each for each in words()[1].splitlines() if MET.term in each)
        assert line.endswith(f"; {stands}")
        told = {each["term"]: each["mended"] for each in map(json.loads, words("--json")[1].splitlines())}
        assert told == {MET.term: stands == "mended", FILM.term: False}


def test_words_are_searched(words: Say, folders: Folders) -> None:
    keep(folders, *ITEMS, FACT)
    _, found, _ = words("--search", FILM.meaning.upper(), "--json")
    assert [json.loads(line)["term"] for line in found.splitlines()] == [FILM.term]
    assert words("--search", "anna") == (0, "No word has that in it.\n", "")
    assert words("--search", "zzz", "--due") == (0, "No word that is due has that in it.\n", "")
    assert len(words("--search", " ", "--json")[1].splitlines()) == 4
    assert words("--due", "--search", FILM.meaning)[1].splitlines()[-1] == "1 word."


# ---- out ------------------------------------------------------------------------------------------------------------


def test_what_each_format_holds(words: Say, folders: Folders, tmp_path: Path) -> None:
    keep(folders, *ITEMS, FACT)
    for format_ in WORD_FORMATS:
        code, said, _ = words("export", "-o", f"words.{format_}")
        numbers = "3 words are" if format_ == "apkg" else "4 words are"
        assert code == 0 and said.startswith(f"{numbers} in words.{format_}.")
        assert stat.S_IMODE((tmp_path / f"words.{format_}").stat().st_mode) == 0o600
    table = (tmp_path / "words.tsv").read_text(encoding="utf-8")
    assert words("export", "--output", "-")[1] == table
    assert words("export", "--format", "jsonl")[1] == (tmp_path / "words.jsonl").read_text(encoding="utf-8")
    assert FACT.term not in table
    read = read_anki_package(BytesIO((tmp_path / "words.apkg").read_bytes()), "ja", NOW)
    assert {each.id for each in read.items} >= {FILM.id, MET.id} and HOLA.term not in {each.term for each in read.items}
    assert words("export", "--language", "es")[1].count("\n") == 5 + 2


def test_a_word_without_a_meaning_is_no_card_and_that_is_said(words: Say, folders: Folders, tmp_path: Path) -> None:
    """Its card had the same word on both sides."""
    keep(folders, HOLA, FILM)
    said = " ".join(words("export", "-o", "words.apkg")[1].split())
    assert said.startswith("1 word is in words.apkg. 1 is left out: nothing says what it means. In a lesson, n shows")
    code, _, why = words("export", "-o", "spanish.apkg", "--language", "es")
    assert code == ExitCode.USAGE and why.startswith("Nothing says what this word means. In a lesson, n shows")
    assert not (tmp_path / "spanish.apkg").exists()
    assert words("export", "-o", "spanish.tsv", "--language", "es")[1] == "1 word is in spanish.tsv.\n"


@pytest.mark.parametrize("more", [(), ("-o", "w.apkg"), ("-o", "w.jsonl"), ("--anki",)])
def test_where_there_is_nothing_to_export_that_is_said(more: tuple[str, ...], words: Say, tmp_path: Path) -> None:
    code, out, why = words("export", *more)
    assert (code, out) == (ExitCode.USAGE, "")
    assert why.startswith("No words are kept yet, so there is nothing to export.")
    assert not list(tmp_path.glob("w.*"))


def test_the_tutor_s_own_sound_of_the_sentence_goes_along(words: Say, folders: Folders, tmp_path: Path) -> None:
    fill(folders.library_file, [KOREAN])
    item = Item("ko", ItemKind.WORD, "어제", "yesterday", lesson_id=KOREAN_ID)
    cut = Item("ko", ItemKind.WORD, "무엇", "what", lesson_id=KOREAN_ID)
    keep(folders, item, cut)
    assert words("export", "-o", "words.apkg")[1] == "2 words are in words.apkg.\n"
    folder = folders.data / recordings.FOLDER
    folder.mkdir()
    silence, voice = pcm.silence(800), b"\1\2" * (pcm.RATE_HZ * 26 // 10)
    write_wav(recordings.file_of(folders.data, KOREAN_ID, "tutor"), silence + voice + pcm.silence(6_000))
    _, said, _ = words("export", "-o", "words.apkg", "--force")
    assert said == "2 words are in words.apkg, 1 sentence to hear with them.\n"


def test_a_sentence_that_was_recorded_in_a_later_lesson_is_heard_too(
    words: Say, folders: Folders, tmp_path: Path
) -> None:
    """A word met in a lesson that was not recorded had no sound, however often the tutor said it later."""
    fill(folders.library_file, [KOREAN])
    keep(folders, Item("ko", ItemKind.WORD, "어제", "yesterday"), Item("es", ItemKind.WORD, "어제", "yesterday"))
    (folders.data / recordings.FOLDER).mkdir()
    voice = pcm.silence(800) + b"\1\2" * (pcm.RATE_HZ * 26 // 10)
    write_wav(recordings.file_of(folders.data, KOREAN_ID, "tutor"), voice)
    assert words("export", "-o", "words.apkg")[1] == "2 words are in words.apkg, 1 sentence to hear with them.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "-o", "words.pdf"), "words.pdf does not say which format it is to have. End it in .apkg, .tsv or"),
        (("export", "-o", "there.tsv"), "there.tsv is there already. --force overwrites it."),
        (("export", "-o", "no/words.tsv"), "no/words.tsv cannot be written: No such file or directory."),
        (("export", "--format", "apkg"), "An .apkg has to be a file. Try: tutor-tui words export --output words.apkg"),
        (("export", "--format", "md"), "Words are not written as md. Try: --format apkg, tsv or jsonl"),
        (("export", "--format", "pdf"), "--format takes md, jsonl, vtt, txt, apkg or tsv, not 'pdf'."),
        (("export", "--anki", "-o", "x.tsv"), "--anki writes no file."),
        (("export", "x"), "words export takes no further word: 'x' is too much."),
        (("export", "--due"), "--due goes with words list. Try: tutor-tui words --due"),
        (("--language", "klingon"), "There is no language 'klingon'. Give a two-letter code such as ko, en or es."),
        (("import",), "words import needs a file. Try: tutor-tui words import list.csv --language ko"),
        (("import", "a", "b"), "words import needs a file."),
        (("import", "nowhere.csv"), "nowhere.csv cannot be read: No such file or directory. Give another file."),
        (("import", "one.csv"), "one.csv cannot be imported: it has one column only."),
        (("import", "no.apkg"), "no.apkg cannot be imported: it is damaged."),
        (
            ("import", "list.csv", "--yes"),
            "list.csv does not say which language its words are in. Add it, for example: --lang",
        ),
        (("import", "list.csv", "--language", "ko"), "Without a terminal nobody can be asked whether to keep words."),
        (("import", "marks.csv", "--language", "ko"), "There is no word in marks.csv."),
    ],
)
def test_what_will_not_do_is_said_in_a_sentence(
    arguments: tuple[str, ...], said: str, words: Say, folders: Folders, tmp_path: Path
) -> None:
    for name, text in {
        "there.tsv": "my own words",
        "one.csv": "one\ntwo\n",
        "no.apkg": "a,b\n",
        "list.csv": "film,영화\n",
        "marks.csv": "—,—\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    keep(folders, HOLA)
    code, out, told = words(*arguments)
    assert (code, out) == (ExitCode.USAGE, "") and told.startswith(said)
    assert kept(folders) == {HOLA.term}
    assert (tmp_path / "there.tsv").read_text() == "my own words"


def test_a_lesson_has_formats_of_its_own(folders: Folders, capsys: pytest.CaptureFixture[str]) -> None:
    fill(folders.library_file)
    assert main(["export", "last", "--format", "apkg"]) == ExitCode.USAGE
    assert "A lesson is not written as apkg" in capsys.readouterr().err


def test_to_a_running_anki_goes_what_is_kept_with_the_key_that_was_saved(
    words: Say, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(folders, *ITEMS)
    sent = list[tuple[int, str]]()

    async def send(items: list[Item], _sounds: object, key: str) -> Sent:
        sent.append((len(items), key))
        return Sent(added=2, updated=1, refused=1, why="it is a\x1b[2J duplicate")

    monkeypatch.setattr("tutor_tui.exchange.anki_connect.send_to_anki", send)
    monkeypatch.setenv("ANKI_CONNECT_API_KEY", "secret-of-mine")
    code, said, _ = words("export", "--anki")
    assert (code, sent) == (0, [(3, "secret-of-mine")])
    told = "In Anki: 2 added, 1 brought up to date, 1 refused. Anki says: it is a [2J duplicate. 1 is left out: nothing"
    assert " ".join(said.split()).startswith(told)


# ---- in -------------------------------------------------------------------------------------------------------------


def test_a_list_is_kept_once_however_often_it_is_imported(words: Say, folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("English,Korean\nfilm,영화\nbook,책\n,\nx," + "y" * 300, encoding="utf-8")
    take = ("import", "list.csv", "--language", "ko", "--yes")
    left_out = "1 line left out: without a word, or longer than 200 letters."
    assert words(*take)[1] == f"2 words of Korean kept, such as 영화 (film). {left_out}\n"
    assert words(*take)[1].startswith("2 words of Korean kept, 2 of them already there")
    assert kept(folders) == {"영화", "책"}


def test_words_of_a_list_have_their_reading(words: Say, folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("word,meaning,reading\n영화,film,\n책,book,my own\n", encoding="utf-8")
    words("import", "list.csv", "--language", "ko", "--yes")
    items = SqliteLearner(folders.library_file).items("ko", [ItemKind.WORD], 10)
    assert {each.item.term: each.item.reading for each in items} == {"영화": "yeonghwa", "책": "my own"}


@pytest.mark.parametrize("half", [False, True])
def test_a_list_goes_into_a_new_library_where_the_old_one_is_damaged(
    words: Say, folders: Folders, tmp_path: Path, half: bool
) -> None:
    (tmp_path / "list.csv").write_text("film,영화\n", encoding="utf-8")
    take = ("import", "list.csv", "--language", "ko", "--yes")
    words(*take)
    if half:
        overwrite_pages(folders.library_file)
    else:
        folders.library_file.write_bytes(b"no library at all" * 1_000)
    code, told, _ = words(*take)
    assert code == 0 and "was damaged. It was put aside as" in " ".join(told.split())
    assert told.endswith("1 word of Korean kept, such as 영화 (film).\n") and kept(folders) == {"영화"}


def test_the_order_of_a_list_is_kept_and_it_comes_in_that_order(words: Say, tmp_path: Path) -> None:
    terms = [f"단어{number}" for number in range(45)]
    (tmp_path / "list.csv").write_text("".join(f"a word,{each}\n" for each in terms), encoding="utf-8")
    words("import", "list.csv", "--language", "ko", "--yes")
    assert [json.loads(line)["term"] for line in words("--json")[1].splitlines()] == terms
    assert [json.loads(line)["term"] for line in words("--due", "--json")[1].splitlines()] == terms[:20]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("English,Spanish", "list.csv has English and Spanish, and does not say which of them you learn."),
        ("Word,English", "list.csv does not say which language its words are in."),
    ],
)
def test_a_head_that_does_not_tell_what_is_learnt_is_told_as_it_is(
    head: str, said: str, words: Say, tmp_path: Path
) -> None:
    (tmp_path / "list.csv").write_text(f"{head}\nfilm,cine\n", encoding="utf-8")
    assert words("import", "list.csv", "--yes")[2].startswith(said)
    assert words("import", "list.csv", "--yes", "--language", "es")[0] == 0


def test_a_head_that_names_the_language_of_the_words_is_enough(words: Say, folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Translation,Spanish\nfilm,cine\n", encoding="utf-8")
    assert words("import", "list.csv", "--yes")[1] == "1 word of Spanish kept, such as cine (film).\n"
    assert kept(folders) == {"cine"}


def test_what_is_due_later_than_now_is_not_listed_when_the_clock_was_set_back(
    words: Say, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    store = SqliteLearner(folders.library_file)
    for item, days_ahead in ((FILM, 4), (HOLA, 400)):
        with store.changing() as change:
            keep_all(change, [item], now)
            review(change, Review(item.id, now + days_ahead * 86_400, Rating.GOOD))
    assert words("--due", "--language", "ko")[1] == "Nothing is due.\n"
    _, line, number = words("--due")[1].splitlines()
    assert HOLA.term in line and line.split()[-1] == "now" and number == "1 word.", "that date would never come"


def test_a_deck_of_anki_and_our_own_table_come_back(words: Say, folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "deck.apkg").write_bytes(anki_package([FILM, MET, HOLA], {}, NOW))
    assert words("import", "deck.apkg", "--yes")[1].startswith("3 words of Korean and Spanish kept")
    words("export", "-o", "words.tsv")
    assert words("import", "words.tsv", "--yes")[1].startswith("3 words of Korean and Spanish kept, 3 of them already")
    assert kept(folders) == {FILM.term, MET.term, HOLA.term}


def test_nothing_is_half_imported(
    words: Say, folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(change: object, items: list[Item], at: float) -> None:
        keep_all(change, items[:1], at)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(words_import, "keep_all", broken)
    (tmp_path / "list.csv").write_text("film,영화\nbook,책\n", encoding="utf-8")
    assert main(["words", "import", "list.csv", "--language", "ko", "--yes"]) == ExitCode.INTERRUPTED
    assert kept(folders) == set()


def test_a_terminal_is_asked_first(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("film,\x1b[2J영화\n", encoding="utf-8")
    shown = answered(tmp_path, "n\n", "words", "import", "list.csv", "--language", "ko")
    assert "Keep 1 word of Korean, such as [2J영화 (film)? [y/N]" in shown
    assert "Nothing was kept. If word and meaning are the wrong way round, add --swap." in " ".join(shown.split())


def test_the_program_does_as_much(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("film;película\n", encoding="utf-8")
    done = run("words", "import", "list.csv", "--language", "es", "--swap", "--yes")
    assert (done.stdout, done.stderr) == ("1 word of Spanish kept, such as película (film).\n", "")


def test_sound_has_an_end(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words_export, "_MOST_SOUND_BYTES", 10)
    monkeypatch.setattr(words_export, "_sounds_of", lambda *_: iter([("a", b"x" * 8), ("b", b"x" * 8)]))
    item = Item("ko", ItemKind.WORD, "어제", lesson_id=KOREAN_ID)
    assert words_export._sounds([KeptItem(item)]) == {"a": b"x" * 8}
