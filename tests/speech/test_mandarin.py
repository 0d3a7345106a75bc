"""How Mandarin is read, as it is written in pinyin and as it is said."""

from __future__ import annotations

import pytest

from tutor_tui.speech.mandarin import readings, said_syllables


@pytest.mark.parametrize(
    ("hanzi", "pinyin"),
    [
        ("银行", "yín háng"),
        ("不行", "bù xíng"),
        ("长大", "zhǎng dà"),
        ("长城", "cháng chéng"),
        ("了解", "liǎo jiě"),
        ("你觉得呢", "nǐ jué de ne"),
        ("睡觉", "shuì jiào"),
        ("你说得很好", "nǐ shuō de hěn hǎo"),
        ("他得到了", "tā dé dào le"),
        ("我得走了", "wǒ děi zǒu le"),
        ("我们数一数", "wǒ men shǔ yi shǔ"),
        ("我教中文", "wǒ jiāo zhōng wén"),
        ("我弹吉他", "wǒ tán jí tā"),
        ("音乐", "yīn yuè"),
        ("还给你", "huán gěi nǐ"),
    ],
)
def test_a_sign_is_read_by_the_word_that_it_stands_in(hanzi: str, pinyin: str) -> None:
    assert readings(hanzi) == pinyin.split()


@pytest.mark.parametrize(
    ("hanzi", "pinyin"),
    [
        ("一杯茶", "yì bēi chá"),
        ("一个人", "yí ge rén"),
        ("一共", "yí gòng"),
        ("休息一下", "xiū xi yí xià"),
        ("十一点", "shí yī diǎn"),
        ("一月一号", "yī yuè yī hào"),
        ("星期一晚上", "xīng qī yī wǎn shang"),
        ("第一次", "dì yī cì"),
        ("一百一十", "yì bǎi yī shí"),
        ("看一看", "kàn yi kàn"),
        ("不是", "bú shì"),
        ("不吃", "bù chī"),
        ("对不起", "duì bu qǐ"),
        ("一点儿", "yì diǎn er"),
        ("女儿", "nǚ ér"),
        ("儿子", "ér zi"),
    ],
)
def test_tones_are_those_of_the_sentence(hanzi: str, pinyin: str) -> None:
    assert said_syllables(hanzi) == pinyin.split()


@pytest.mark.parametrize(
    ("hanzi", "pinyin"),
    [("你好", "ní hǎo"), ("可以", "ké yǐ"), ("你好吗", "ní hǎo ma"), ("不好", "bù hǎo"), ("一杯", "yì bēi")],
)
def test_a_third_tone_before_another_is_a_second_one_for_voices_that_do_not_know(hanzi: str, pinyin: str) -> None:
    assert said_syllables(hanzi, changes_thirds=True) == pinyin.split()
