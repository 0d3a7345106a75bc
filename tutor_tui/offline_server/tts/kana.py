"""Japanese for a voice that reads only kana.

espeak-ng has no kanji: it spells each as "Chinese letter", in English. A learner must not hear that. With the `ja`
extra (SudachiPy and its small dictionary) every kanji is read in its sentence; without it, frequent words are read by a
table, and other kanji become a short pause.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

_FREQUENT = """
こんにちは こんにちわ, こんばんは こんばんわ, では でわ, 私は わたしわ, 私 わたし,
名前は なまえわ, 名前 なまえ, 何ですか なんですか, 何時 なんじ, 何人 なんにん, 何 なに,
日本語 にほんご, 日本人 にほんじん, 日本 にほん, 英語 えいご, 韓国 かんこく, 中国 ちゅうごく,
東京 とうきょう, 京都 きょうと, 大阪 おおさか, 今日は きょうわ, 今日 きょう, 明日 あした,
昨日 きのう, 今 いま, 毎日 まいにち, 朝 あさ, 昼 ひる, 夜 よる, 午前 ごぜん, 午後 ごご,
時間 じかん, 時 じ, 半 はん, 分 ふん, 円 えん, 先生 せんせい, 学生 がくせい, 学校 がっこう,
大学 だいがく, 会社員 かいしゃいん, 会社 かいしゃ, 仕事 しごと, 友達 ともだち, 家族 かぞく,
父 ちち, 母 はは, 人 ひと, 子供 こども, 男 おとこ, 女 おんな, 水 みず, お茶 おちゃ,
茶 ちゃ, 肉 にく, 魚 さかな, 野菜 やさい, 料理 りょうり, 食事 しょくじ, 朝ご飯 あさごはん,
ご飯 ごはん, 食べ たべ, 飲み のみ, 飲む のむ, 行き いき, 行く いく, 行って いって,
来ま きま, 来て きて, 来る くる, 帰り かえり, 帰る かえる, 見ま みま, 見る みる, 見て みて,
聞い きい, 聞き きき, 聞く きく, 話し はなし, 話す はなす, 言い いい, 言って いって,
言う いう, 読み よみ, 読む よむ, 書き かき, 書く かく, 買い かい, 買う かう, 待って まって,
待ち まち, 教え おしえ, 分か わか, 知り しり, 好き すき, 大好き だいすき, 上手 じょうず,
元気 げんき, 大丈夫 だいじょうぶ, 大き おおき, 小さ ちいさ, 高い たかい, 安い やすい,
新しい あたらしい, 古い ふるい, 良い よい, 美味しい おいしい, 暑い あつい, 寒い さむい,
天気 てんき, 雨 あめ, 駅 えき, 電車 でんしゃ, 車 くるま, 道 みち, 右 みぎ, 左 ひだり,
前 まえ, 後 あと, 店 みせ, 部屋 へや, 家 いえ, 本 ほん, 電話 でんわ, 切符 きっぷ,
旅行 りょこう, 予約 よやく, 一つ ひとつ, 二つ ふたつ, 三つ みっつ, 一 いち, 二 に, 三 さん,
四 よん, 五 ご, 六 ろく, 七 なな, 八 はち, 九 きゅう, 十 じゅう, 百 ひゃく, 千 せん,
月 がつ, 日 にち, 年 ねん, 週末 しゅうまつ, 願い ねがい, 初めまして はじめまして,
失礼 しつれい, 有難う ありがとう, 一緒 いっしょ, 一度 いちど, 質問 しつもん, 答え こたえ,
言葉 ことば, 意味 いみ, 住んで すんで, 趣味 しゅみ, 音楽 おんがく, 映画 えいが, 少し すこし,
方 かた, 国 くに, 下さい ください
"""
_COUNTED = """
月曜日 げつようび, 火曜日 かようび, 水曜日 すいようび, 木曜日 もくようび, 金曜日 きんようび, 土曜日 どようび,
日曜日 にちようび,
四月 しがつ, 七月 しちがつ, 九月 くがつ, 一日 ついたち, 二日 ふつか, 三日 みっか, 四日 よっか, 五日 いつか, 六日 むいか,
七日 なのか, 八日 ようか, 九日 ここのか, 十日 とおか, 二十日 はつか, 四時 よじ, 七時 しちじ, 九時 くじ,
一分 いっぷん, 三分 さんぷん, 四分 よんぷん, 六分 ろっぷん, 八分 はっぷん, 十分 じゅっぷん, 何分 なんぷん,
一人 ひとり, 二人 ふたり, 四人 よにん, 何人 なんにん, 一本 いっぽん, 二本 にほん, 三本 さんぼん, 六本 ろっぽん,
八本 はっぽん, 十本 じゅっぽん, 何を なにを, 何が なにが, 何も なにも, 日本語 にほんご, 日本 にほん, 明日 あした,
辛い からい, 辛く からく
"""
"""What a dictionary reads word by word and a speaker does not: counters, days, and what lessons mean by a word."""
_KANJI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々]+")
_NUMERALS = "一二三四五六七八九十百千"
_PARTICLES = {"は": "わ", "へ": "え"}
"""Written in one way and said in another."""


def _readings(table: str) -> dict[str, str]:
    return dict(entry.split() for entry in table.split(","))


_BY_TABLE = _readings(_FREQUENT)
_IN_TABLE = re.compile("|".join(sorted(map(re.escape, _BY_TABLE), key=len, reverse=True)))
_BY_CUSTOM = _readings(_COUNTED)
_IN_CUSTOM = re.compile(f"(?<![{_NUMERALS}])(?:{'|'.join(sorted(map(re.escape, _BY_CUSTOM), key=len, reverse=True))})")


def in_kana(text: str) -> str:
    """`text` with its kanji as kana. Loads the dictionary at the first kanji: 0.1 s, 20 MB."""
    if not _KANJI.search(text):
        return text
    return (_dictionary() or by_table)(text)


def by_table(text: str) -> str:
    """As far as the table of frequent words goes; what is left of the kanji is a pause."""
    return _KANJI.sub("、", _IN_TABLE.sub(lambda word: _BY_TABLE[word[0]], text))


@cache
def _dictionary() -> Callable[[str], str] | None:
    """Reads a text by SudachiPy; None without the `ja` extra."""
    try:
        from sudachipy import Dictionary
    except ImportError:
        return None
    tokenizer = Dictionary(dict="small").tokenizer()

    def by_dictionary(text: str) -> str:
        said = []
        for word in tokenizer.tokenize(_IN_CUSTOM.sub(lambda found: _BY_CUSTOM[found[0]], text)):
            written = word.surface()
            if word.part_of_speech()[0] == "助詞":
                said.append(_PARTICLES.get(written, written))
            else:
                said.append(_hiragana(word.reading_form()) if _KANJI.search(written) else written)
        return _KANJI.sub("、", "".join(said))

    return by_dictionary


def _hiragana(katakana: str) -> str:
    """Katakana stand 0x60 above their hiragana; the long-vowel mark has none and stays."""
    return "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in katakana)
