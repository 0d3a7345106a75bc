"""Japanese for a voice that reads only kana.

espeak-ng has no kanji: it spells each as "Chinese letter", in English. A learner must not hear that. With the `ja`
extra (SudachiPy and its small dictionary) every kanji is read in its sentence; without it, frequent words are read by a
table, and other kanji become a short pause.
"""

from __future__ import annotations

import re

from tutor_tui.speech.japanese import KANJI, readings, words_in

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
_BY_TABLE = readings(_FREQUENT)
_IN_TABLE = re.compile("|".join(sorted(map(re.escape, _BY_TABLE), key=len, reverse=True)))


def in_kana(text: str) -> str:
    """`text` with its kanji as kana. Loads the dictionary at the first kanji: 0.1 s, 20 MB."""
    if not KANJI.search(text):
        return text
    words = words_in(text)
    if words is None:
        return by_table(text)
    said = (word.said if word.is_particle or KANJI.search(word.written) else word.written for word in words)
    return KANJI.sub("、", "".join(said))


def by_table(text: str) -> str:
    """As far as the table of frequent words goes; what is left of the kanji is a pause."""
    return KANJI.sub("、", _IN_TABLE.sub(lambda word: _BY_TABLE[word[0]], text))
