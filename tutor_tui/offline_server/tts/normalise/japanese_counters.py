"""How Japanese counts: the sound of a counter changes with the number before it, and that of some numbers, too."""

from __future__ import annotations

from dataclasses import dataclass

from tutor_tui.offline_server.tts.normalise.myriads import kana

_COUNTERS = """
本 ほん hb | 杯 はい hb | 匹 ひき hb | 分間 ふんかん hp | 分 ふん hp | 泊 はく hp | 発 はつ hp | 回目 かいめ k
回 かい k | 個 こ k | 階 かい k 3~さんがい | 軒 けん k 3~さんげん | か月 かげつ k | ヶ月 かげつ k | カ月 かげつ k
ヵ月 かげつ k | ケ月 かげつ k | か国 かこく k | 課 か k | 曲 きょく k | 件 けん k | 句 く k | 巻 かん k
級 きゅう k | 組 くみ - | 歳 さい s 20=はたち | 才 さい s 20=はたち | 冊 さつ s | 足 そく s 3~さんぞく
週間 しゅうかん s | 週 しゅう s | 着 ちゃく s | 頭 とう s | 通 つう s | 丁目 ちょうめ s | 点 てん s | 食 しょく s
席 せき s | 周 しゅう s | 種類 しゅるい s | 色 しょく s | 世紀 せいき s | 体 たい s | 隻 せき s | センチ センチ s
セット セット s | トン トン s | 枚 まい - | 台 だい - | 番目 ばんめ - | 番線 ばんせん - | 番 ばん - | 度 ど -
倍 ばい - | 名 めい - | 秒 びょう - | 号室 ごうしつ - | 号 ごう - | 人前 にんまえ - | 畳 じょう - | 割 わり -
部屋 へや - | 膳 ぜん - | 問 もん - | 段 だん - | 年生 ねんせい - 4~よねんせい | 年間 ねんかん - 4~よねんかん
年 ねん - 4~よねん | 円 えん - 4~よえん | 時間 じかん - 4~よじかん 7~しちじかん 9~くじかん
時半 じはん - 4~よじはん 7~しちじはん 9~くじはん | 時 じ - 4~よじ 7~しちじ 9~くじ 0=れいじ
月 がつ - 4~しがつ 7~しちがつ 9~くがつ | 人 にん - 1=ひとり 2=ふたり 4~よにん
人目 にんめ - 1=ひとりめ 2=ふたりめ 4~よにんめ
つ つ - 1=ひとつ 2=ふたつ 3=みっつ 4=よっつ 5=いつつ 6=むっつ 7=ななつ 8=やっつ 9=ここのつ
つ目 つめ - 1=ひとつめ 2=ふたつめ 3=みっつめ 4=よっつめ 5=いつつめ 6=むっつめ 7=ななつめ 8=やっつめ 9=ここのつめ
パーセント パーセント p | ページ ページ p | キロ キロ p 6~ろっキロ | グラム グラム - | メートル メートル -
リットル リットル - | ミリ ミリ - | ドル ドル - | ユーロ ユーロ - | ポンド ポンド p | ウォン ウォン - | 元 げん -
ポイント ポイント p
"""
"""A counter, its reading, how the sound changes, and numbers read in their own way: 1=, or all that end so: 4~.

Before k and h 1, 6, 8 and 10 end short (いっ, ろっ, はっ, じゅっ), before s 1, 8 and 10, before p 10 alone; hb and hp:
b or p follows 3.
"""
_SHORT = {
    "k": {1: "いっ", 6: "ろっ", 8: "はっ"},
    "h": {1: "いっ", 6: "ろっ", 8: "はっ"},
    "s": {1: "いっ", 8: "はっ"},
}
_HUNDREDS = ("ひゃく", "びゃく", "ぴゃく")
_ENDS_SHORT = {"k": ("じゅう", *_HUNDREDS), "h": ("じゅう", *_HUNDREDS), "s": ("じゅう",), "p": ("じゅう",)}
_SOFTENED = {"b": str.maketrans("はひふへほ", "ばびぶべぼ"), "p": str.maketrans("はひふへほ", "ぱぴぷぺぽ")}


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter."""

    reading: str
    sound: str
    """A letter of those above, or -."""
    behind_three: str
    alone: dict[int, str]
    """Numbers that are read in their own way with it."""
    ending: dict[int, str]
    """Last digits with which this is so."""


def _counters() -> dict[str, Counter]:
    found = {}
    for entry in _COUNTERS.replace("\n", "|").split("|"):
        if parts := entry.split():
            written, reading, sound, *own = parts
            alone = dict(each.split("=") for each in own if "=" in each)
            ending = dict(each.split("~") for each in own if "~" in each)
            by_number = [{int(number): said for number, said in table.items()} for table in (alone, ending)]
            found[written] = Counter(reading, sound[0], sound[1:], *by_number)
    return found


COUNTERS = _counters()


def counted(number: int, counter: str) -> str:
    """`number` of what `counter` counts, in kana."""
    as_ = COUNTERS[counter]
    if number in as_.alone:
        return as_.alone[number]
    digit = number % 10
    front = kana(number - digit) if number >= 10 else ""
    if digit in as_.ending:
        return front + as_.ending[digit]
    said = kana(number)
    if digit:
        short = _SHORT.get(as_.sound, {}).get(digit)
        said = front + short if short else said
    elif said.endswith(_ENDS_SHORT.get(as_.sound, ())):
        said = said[:-1] + "っ"
    return said + _softened(as_, said)


def _softened(counter: Counter, said: str) -> str:
    if counter.sound != "h":
        return counter.reading
    is_p = said.endswith("っ") or (counter.behind_three == "p" and said.endswith(("さん", "よん", "せん", "まん")))
    if not is_p and not said.endswith(("さん", "せん", "まん")):
        return counter.reading
    return counter.reading[0].translate(_SOFTENED["p" if is_p else "b"]) + counter.reading[1:]
