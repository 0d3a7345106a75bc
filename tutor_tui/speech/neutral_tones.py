"""Everyday words of Mandarin with a syllable that has lost its tone, which pypinyin's dictionary gives in full.

As in the Dictionary of Contemporary Chinese (现代汉语词典). Where it lets one choose, nothing stands here; words in
traditional characters keep their tones, as they are taught in Taiwan.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_LAST = """
谢谢 妈妈 爸爸 哥哥 姐姐 弟弟 妹妹 爷爷 奶奶 太太 朋友 名字 先生 学生 丈夫 妻子 大夫 师傅
喜欢 认识 休息 明白 告诉 觉得 打算 商量 收拾 看看 试试 说说 问问 想想 听听 坐坐 走走 聊聊 尝尝 玩玩 写写 练练
漂亮 便宜 舒服 聪明 客气 清楚 热闹 麻烦 暖和 凉快
早上 晚上 时候 东西 衣服 点心 豆腐 葡萄 眼睛 耳朵 头发 意思 消息 生意 事情 地方 窗户
一个 两个 三个 四个 五个 六个 七个 八个 九个 十个 几个 半个 每个 那个 哪个 这个
"""
_SECOND = frozenset(["对不起", "听不懂", "看不懂", "听不见", "看不见", "来不及"])
_WORDS = re.compile("|".join((*_SECOND, *_LAST.split())))
_TONES = re.compile("[\u0300\u0301\u0304\u030c]")


def with_neutral_tones(written: str, syllables: Sequence[str]) -> list[str]:
    """The syllables of these characters, one each, without the tones that are not said."""
    said = list(syllables)
    for word in _WORDS.finditer(written) if len(said) == len(written) else ():
        place = word.start() + 1 if word[0] in _SECOND else word.end() - 1
        said[place] = unicodedata.normalize("NFC", _TONES.sub("", unicodedata.normalize("NFD", said[place])))
    return said
