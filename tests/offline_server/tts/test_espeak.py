"""The voice: every language sounds, pieces are small and prompt, and nothing in a text can trip it."""

from __future__ import annotations

import itertools
import re
import threading
import time

import pytest

from tests.support.paths import PROMPTS
from tutor_tui.core import pcm
from tutor_tui.offline_server.tts.espeak import Espeak
from tutor_tui.offline_server.tts.kana import by_table, in_kana
from tutor_tui.offline_server.tts.language_runs import runs, spoken_runs
from tutor_tui.offline_server.tts.speaker import PIECE_MS
from tutor_tui.speech.sentences import LONGEST_PIECE, sentences

GREETINGS = {
    "en": "Hello! My name is Sam. What is your name?",
    "ko": "안녕하세요! 저는 미나예요. 이름이 뭐예요?",
    "es": "¡Hola! Me llamo Lucía. ¿Cómo te llamas?",
    "ja": "こんにちは。私は田中です。お名前は何ですか。",
    "fr": "Bonjour ! Je m'appelle Zoé. Comment tu t'appelles ?",
    "de": "Guten Tag! Ich heiße Jonas. Wie heißen Sie?",
    "zh": "你好！我叫小明。你叫什么名字？",
}


KNIGHT = "Knight through enough thoroughly, Wednesday, eight queues."
"""Every voice that does not know English takes another time for this."""


def spoken(text: str, language: str, speed: float = 1.0) -> bytes:
    return b"".join(Espeak().speak(text, language, speed))


def alike(one: bytes, other: bytes) -> bool:
    """Of the same length within 1 %: espeak-ng varies its timing a little from call to call."""
    return abs(len(one) - len(other)) <= 0.01 * max(len(one), len(other))


@pytest.mark.parametrize("language", GREETINGS)
def test_every_language_is_spoken_in_small_pieces(language: str) -> None:
    pieces = list(Espeak().speak(GREETINGS[language], language))
    assert all(0 < len(piece) <= pcm.bytes_of(PIECE_MS) and len(piece) % 2 == 0 for piece in pieces)
    sound = b"".join(pieces)
    assert 2_000 < pcm.ms_of(len(sound)) < 8_000
    assert -40 < pcm.dbfs(pcm.samples_of(sound)) < -10
    assert pcm.peak(pcm.samples_of(sound)) < pcm.CLIP_LEVEL


@pytest.mark.parametrize("language", GREETINGS)
def test_the_first_piece_comes_at_once_and_begins_with_sound(language: str) -> None:
    voice = Espeak()
    waits_ms = []
    for _ in range(3):
        asked = time.thread_time()  # of work: a busy machine changes nothing
        first = next(voice.speak(GREETINGS[language] * 20, language))
        waits_ms.append((time.thread_time() - asked) * 1000)
    assert min(waits_ms) <= 30
    assert pcm.peak(pcm.samples_of(first[: pcm.bytes_of(30)])) > 100, "no silence in front"


def test_each_language_has_its_own_voice() -> None:
    sounds = [spoken(KNIGHT, language) for language in ("en", "es", "fr", "de")]
    assert not any(alike(one, other) for one, other in itertools.combinations(sounds, 2))


def test_pace_follows_speed() -> None:
    text = "My name is Anna and I come from Korea."
    lengths = [len(spoken(text, "en", speed)) for speed in (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)]
    assert lengths == sorted(lengths, reverse=True)
    normal = lengths[3]
    assert 1.8 < lengths[1] / normal < 2.8
    assert 0.55 < lengths[5] / normal < 0.8
    assert alike(spoken(text, "en", 9.0), spoken(text, "en", 1.5))


@pytest.mark.parametrize("text", ["", "   ", "...", "\n\n", "\x00\x1b", "❦"])
def test_nothing_to_say(text: str) -> None:
    assert pcm.ms_of(len(spoken(text, "en"))) < 1_500


@pytest.mark.parametrize(
    "text",
    ["<speak><break time='9s'/>hi</speak>", "[[h@l'oU]]", "a\x00b", "\ud800 broken", "\u202eright", "%s %n", "🙂 hi"],
)
def test_marks_and_controls_are_only_text(text: str) -> None:
    assert 0 < pcm.ms_of(len(spoken(text, "en"))) < 8_000


def test_a_control_character_does_not_swallow_the_rest() -> None:
    assert len(spoken("one\x00two three four", "en")) > len(spoken("one", "en")) * 2


def test_an_unknown_language_is_read_by_the_english_voice() -> None:
    text = KNIGHT
    assert alike(spoken(text, "xx"), spoken(text, "en"))
    assert alike(spoken(text, "한국"), spoken(text, "en"))
    assert not alike(spoken(text, "fr"), spoken(text, "en"))


def test_threads_may_speak_at_once() -> None:
    alone = {language: spoken(text, language) for language, text in GREETINGS.items()}
    together: dict[str, bytes] = {}

    def speak(language: str) -> None:
        for _ in range(3):
            together[language] = spoken(GREETINGS[language], language)

    threads = [threading.Thread(target=speak, args=(language,)) for language in GREETINGS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(alike(together[language], alone[language]) for language in GREETINGS)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four… five", ["One.", "Two!", "Three?", "Four…", "five"]),
        ("はい。「そうです。」いいえ！", ["はい。", "「そうです。」", "いいえ！"]),
        ('He said "Go." Then he went.', ['He said "Go."', "Then he went."]),
        ("It costs 3.50. Mr. Smith pays.", ["It costs 3.50.", "Mr. Smith pays."]),
        ("a line\nanother\n\nthird", ["a line", "another", "third"]),
        ("  \n ", []),
    ],
)
def test_texts_are_cut_into_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_no_letter_is_lost_and_no_sentence_is_endless() -> None:
    text = "word " * 500 + "x" * 1_000
    cut = sentences(text)
    assert "".join("".join(cut).split()) == "".join(text.split())
    assert max(map(len, cut)) <= LONGEST_PIECE


@pytest.mark.parametrize(
    ("sentence", "language", "expected"),
    [
        ("Say: 안녕하세요, please.", "ko", [("Say: ", "en"), ("안녕하세요, ", "ko"), ("please.", "en")]),
        ("이름이 뭐예요?", "en", [("이름이 뭐예요?", "ko")]),
        ("3시예요.", "ko", [("3시예요.", "ko")]),
        ("It is 3시 now.", "ko", [("It is ", "en"), ("3시 ", "ko"), ("now.", "en")]),
        ("키는 175cm예요.", "ko", [("키는 175cm예요.", "ko")]),
        ("A4용지", "ko", [("A4", "en"), ("용지", "ko")]),
        ("我身高175cm。", "zh", [("我身高175cm。", "zh")]),
        ("速度は100km/hです。", "ja", [("速度は100km/hです。", "ja")]),
        ("日本語", "ja", [("日本語", "ja")]),
        ("日本へ", "en", [("日本へ", "ja")]),
        ("你好", "en", [("你好", "zh")]),
        ("What is the name of this?", "es", [("What is the name of this?", "en")]),
        ("¿Cómo te llamas?", "es", [("¿Cómo te llamas?", "es")]),
        ("Me llamo Tom.", "es", [("Me llamo Tom.", "es")]),
        ("Привет", "ru", [("Привет", "ru")]),
        ("123", "ko", [("123", "ko")]),
    ],
)
def test_each_voice_says_what_it_can_read(sentence: str, language: str, expected: list[tuple[str, str]]) -> None:
    assert runs(sentence, language) == expected


def test_figures_are_said_in_the_language_that_they_stand_in() -> None:
    said = [("It is three, ", "en"), ("세 시 ", "ko"), ("now, at two thirty.", "en")]
    assert spoken_runs("It is 3, 3시 now, at 2:30.", "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("今日は水曜日です。", "きょうわすいようびです。"),
        ("日本語を話します。", "にほんごをはなします。"),
        ("明日、友達と映画を見に行きます。", "あした、ともだちとえいがをみにいきます。"),
        ("切符を二枚ください。", "きっぷをにまいください。"),
        ("この電車は東京駅へ行きますか。", "このでんしゃわとうきょうえきえいきますか。"),
        ("四月九日の九時に、四人で会いましょう。", "しがつここのかのくじに、よにんであいましょう。"),
        ("一人で来ました。", "ひとりできました。"),
        ("今朝、何を食べましたか。", "けさ、なにをたべましたか。"),
        ("山田さんは先生ではありません。", "やまださんわせんせいでわありません。"),
        ("熱いお茶と冷たい水、どちらがいいですか。", "あついおちゃとつめたいみず、どちらがいいですか。"),
        ("十分待ってください。", "じゅっぷんまってください。"),
        ("この料理は辛くないですか。", "このりょうりわからくないですか。"),
        ("コーヒーを下さい。", "コーヒーをください。"),
        ("ひらがなは、そのまま。", "ひらがなは、そのまま。"),
    ],
)
def test_kanji_are_read_in_their_sentence(written: str, said: str) -> None:
    assert in_kana(written) == said


def test_without_the_dictionary_frequent_words_are_read_and_the_rest_is_a_pause() -> None:
    assert by_table("今日は憂鬱な日曜日です") == "きょうわ、なにちようびです"
    assert by_table("日本語を話します") == "にほんごをはなします"


def test_no_kanji_of_the_japanese_profile_is_left_to_the_voice() -> None:
    text = (PROMPTS / "japanese-travel.md").read_text("utf-8")
    assert re.search("[一-鿿]", text)
    assert re.search("[一-鿿、]{2}", in_kana("".join(re.findall("[一-鿿]+[ぁ-ん]*", text)))) is None


def test_japanese_is_read_by_kana_since_espeak_spells_kanji_in_english() -> None:
    assert alike(spoken("今日 今日 今日", "ja"), spoken("きょう きょう きょう", "ja"))
