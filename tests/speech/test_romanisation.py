"""How lines are read: Revised Romanization, kana and Hepburn, pinyin."""

from __future__ import annotations

import re

import pytest

from tutor_tui.core.problems import Problem
from tutor_tui.speech import romanisation
from tutor_tui.speech.romanisation import reading_of

KOREAN = """
한국 사람은 이렇게 인사해요. 밥 먹었어요?
    hanguk sarameun ireoke insahaeyo. bap meogeosseoyo?
축구를 좋아해요?
    chukgureul joahaeyo?
지난 주말에 친구를 만났어요.
    jinan jumare chingureul mannasseoyo.
저는 보통 열한 시에 자요. 몇 시에 자요?
    jeoneun botong yeolhan sie jayo. myeot sie jayo?
여기도 집이 비싸요.
    yeogido jibi bissayo.
지하철역이 어디에 있어요?
    jihacheollyeogi eodie isseoyo?
저는 휴가에 부산에 갈 거예요. 바다를 볼 거예요. 휴가에 뭐 할 거예요?
    jeoneun hyugae busane gal geoyeyo. badareul bol geoyeyo. hyugae mwo hal geoyeyo?
저는 어제 일했어요. 어제 뭐 했어요?
    jeoneun eoje ilhaesseoyo. eoje mwo haesseoyo?
저는 가족하고 살아요.
    jeoneun gajokhago sarayo.
저도 어제 저녁에 밖에 나갔어요. 어디? 저한테 물어보세요!
    jeodo eoje jeonyeoge bakke nagasseoyo. eodi? jeohante mureoboseyo!
제 고양이 보리는 지금 집에 있어요. 보리가 뭐 해요? 저한테 물어보세요!
    je goyangi borineun jigeum jibe isseoyo. boriga mwo haeyo? jeohante mureoboseyo!
저는 아침에 밥을 먹어요.
    jeoneun achime babeul meogeoyo.
레오 씨가 영어를 해요? 레오 씨한테 물어보세요!
    reo ssiga yeongeoreul haeyo? reo ssihante mureoboseyo!
저는 이제 가게 주인이에요. 여기 사과가 있어요. 가격을 물어보세요!
    jeoneun ije gage juinieyo. yeogi sagwaga isseoyo. gagyeogeul mureoboseyo!
저는 피자를 먹었어요.
    jeoneun pijareul meogeosseoyo.
다시 말해 주세요.
    dasi malhae juseyo.
저는 주말에 자전거를 타고 싶어요. 주말에 뭐 하고 싶어요?
    jeoneun jumare jajeongeoreul tago sipeoyo. jumare mwo hago sipeoyo?
저는 음악을 좋아해요. 영화도 좋아해요.
    jeoneun eumageul joahaeyo. yeonghwado joahaeyo.
저는 내일 아침에 일할 거예요. 내일 뭐 할 거예요?
    jeoneun naeil achime ilhal geoyeyo. naeil mwo hal geoyeyo?
저는 저녁에 집에서 음악을 들어요. 저녁에 보통 뭐 해요?
    jeoneun jeonyeoge jibeseo eumageul deureoyo. jeonyeoge botong mwo haeyo?
이제 길에 있어요. 시계가 없어요. 저한테 시간을 물어보세요!
    ije gire isseoyo. sigyega eopseoyo. jeohante siganeul mureoboseyo!
보리가 어디에 있어요?
    boriga eodie isseoyo?
저는 일요일을 제일 좋아해요. 무슨 요일을 좋아해요?
    jeoneun iryoireul jeil joahaeyo. museun yoireul joahaeyo?
시계가 있어요? 거기 시계는 어디에 있어요?
    sigyega isseoyo? geogi sigyeneun eodie isseoyo?
준호 씨, 뭐 좋아해요?
    junho ssi, mwo joahaeyo?
커피는 삼 유로예요.
    keopineun sam yuroyeyo.
천천히 말해 주세요.
    cheoncheonhi malhae juseyo.
그럼 음식은요? 어떤 음식을 좋아해요?
    geureom eumsigeunyo? eotteon eumsigeul joahaeyo?
수업이 몇 시에 있어요?
    sueobi myeot sie isseoyo?
저는 스페인에 가고 싶어요.
    jeoneun seupeine gago sipeoyo.
저는 어제 공부했어요.
    jeoneun eoje gongbuhaesseoyo.
안녕하세요. 저는 안나예요. 만나서 반가워요. 안녕히 계세요!
    annyeonghaseyo. jeoneun annayeyo. mannaseo bangawoyo. annyeonghi gyeseyo!
저는 어제 시장에 갔어요. 어제 어디에 갔어요?
    jeoneun eoje sijange gasseoyo. eoje eodie gasseoyo?
저는 내일 공부할 거예요.
    jeoneun naeil gongbuhal geoyeyo.
안녕히 계세요.
    annyeonghi gyeseyo.
비빔밥하고 라면하고 김밥이 있어요. 뭐 드릴까요?
    bibimbaphago ramyeonhago gimbabi isseoyo. mwo deurilkkayo?
우리 동네에 공원이 있어요. 카페는 공원 옆에 있어요. 역은 가까워요.
    uri dongnee gongwoni isseoyo. kapeneun gongwon yeope isseoyo. yeogeun gakkawoyo.
네, 가까워요.
    ne, gakkawoyo.
이제 하루를 이야기해 주세요. 아침, 점심, 저녁에 뭐 해요?
    ije harureul iyagihae juseyo. achim, jeomsim, jeonyeoge mwo haeyo?
네, 동생이 한 명 있어요.
    ne, dongsaengi han myeong isseoyo.
주말에 뭐 해요?
    jumare mwo haeyo?
저는 어제 친구를 만났어요. 어제 누구를 만났어요?
    jeoneun eoje chingureul mannasseoyo. eoje nugureul mannasseoyo?
내일 준호 씨 생일이에요. 선물을 사요. 준호 씨한테 물어보세요!
    naeil junho ssi saengirieyo. seonmureul sayo. junho ssihante mureoboseyo!
저는 녹차를 마시고 싶어요.
    jeoneun nokchareul masigo sipeoyo.
마지막이에요. 다른 가게에 왔어요. 인사하고, 가격을 물어보고, 사세요!
    majimagieyo. dareun gagee wasseoyo. insahago, gagyeogeul mureobogo, saseyo!
우리 엄마는 선생님이에요.
    uri eommaneun seonsaengnimieyo.
은행은 학교 옆에 있어요.
    eunhaengeun hakgyo yeope isseoyo.
세 시에 만나요.
    se sie mannayo.
저는 어제 요리 안 했어요.
    jeoneun eoje yori an haesseoyo.
네, 정말 좋아해요.
    ne, jeongmal joahaeyo.
네, 두 잔 마셨어요.
    ne, du jan masyeosseoyo.
먼저 지난번 이야기예요. 어디에서 왔어요? 무슨 말을 해요?
    meonjeo jinanbeon iyagiyeyo. eodieseo wasseoyo? museun mareul haeyo?
수진 씨, 주말에 뭐 했어요?
    sujin ssi, jumare mwo haesseoyo?
유키 씨는 일본어를 해요.
    yuki ssineun ilboneoreul haeyo.
서울에서 커피는 보통 오천 원이에요. 거기는 커피가 얼마예요?
    seoureseo keopineun botong ocheon wonieyo. geogineun keopiga eolmayeyo?
모두 얼마예요?
    modu eolmayeyo?
저는 토요일을 좋아해요.
    jeoneun toyoireul joahaeyo.
네, 강아지가 있어요.
    ne, gangajiga isseoyo.
감사합니다
    gamsahamnida
좋아요
    joayo
한국말
    hangungmal
독립문
    dongnimmun
같이
    gachi
못해요
    motaeyo
못 먹어요
    mot meogeoyo
신라
    silla
학교
    hakgyo
백화점
    baekhwajeom
축하해요
    chukhahaeyo
맛있어요
    masisseoyo
십육
    simnyuk
어떻게
    eotteoke
괜찮아요
    gwaenchanayo
앉으세요
    anjeuseyo
값이
    gapsi
여덟
    yeodeol
입니다
    imnida
좋습니다
    joseumnida
싫어요
    sireoyo
굳이
    guji
입학
    iphak
종로
    jongno
서울역
    seoullyeok
월요일
    woryoil
필요해요
    piryohaeyo
저의
    jeoui
공부합니다
    gongbuhamnida
막히다
    makida
따뜻한 커피 주세요.
    ttatteutan keopi juseyo.
깨끗해요
    kkaekkeutaeyo
비슷해요
    biseutaeyo
잡혀요
    japyeoyo
"""
"""Sentences of the lessons, and words whose sounds change, checked by the rules one by one."""
JAPANESE = {
    "わたしは アンナです。": ("わたしは アンナです。", "watashi wa anna desu."),
    "お店の人が聞きます。どこから来ましたか。": (
        "おみせのひとがききます。 どこからきましたか。",
        "omise no hito ga kikimasu. doko kara kimashita ka.",
    ),
    "コーヒーをふたつと、ケーキをください。": (
        "コーヒーをふたつと、ケーキをください。",
        "kōhī o futatsu to, kēki o kudasai.",
    ),
    "東京へ行きたいです。": ("とうきょうへいきたいです。", "tōkyō e ikitai desu."),
    "こんにちは!": ("こんにちは!", "konnichiwa!"),
}
CHINESE = {
    "你好！你叫什么名字？": "nǐ hǎo! nǐ jiào shén me míng zi?",
    "银行在哪儿？": "yín háng zài nǎ ér?",
    "我喜欢音乐，也很快乐。": "wǒ xǐ huan yīn yuè, yě hěn kuài lè.",
    "妳叫什麼名字？": "nǐ jiào shén me míng zi?",
    "谢谢，很高兴认识你和你的朋友。": "xiè xie, hěn gāo xìng rèn shi nǐ hé nǐ de péng you.",
    "对不起，我听不懂。": "duì bu qǐ, wǒ tīng bu dǒng.",
    "妈妈有三个弟弟，他们是学生。": "mā ma yǒu sān ge dì di, tā men shì xué sheng.",
    "女朋友喜欢漂亮的东西。": "nǚ péng you xǐ huan piào liang de dōng xi.",
    "不客气，早上好。": "bú kè qi, zǎo shang hǎo.",
}


@pytest.mark.parametrize(("line", "reading"), [row.split("\n    ") for row in re.split(r"\n(?=\S)", KOREAN.strip())])
def test_korean_is_read_by_its_sound(line: str, reading: str) -> None:
    assert reading_of(line, "ko") == (reading,)


@pytest.mark.parametrize(("line", "reading"), JAPANESE.items())
def test_japanese_is_read_in_kana_and_in_hepburn(line: str, reading: tuple[str, str]) -> None:
    assert reading_of(line, "ja") == reading


@pytest.mark.parametrize(("line", "reading"), CHINESE.items())
def test_chinese_is_read_in_pinyin_with_its_tones(line: str, reading: str) -> None:
    assert reading_of(line, "zh") == (reading,)


def test_what_is_not_in_the_script_is_left_out() -> None:
    assert reading_of("Listen, and say it after me: 저도 반가워요. (jeodo → 저도)", "ko") == ("jeodo bangawoyo.",)
    assert reading_of("Say it after me! 안녕하세요! (Hello!) (If you are stuck: help.)", "ko") == ("annyeonghaseyo!",)
    assert reading_of("Well done.", "ko") == reading_of("Well done.", "zh") == ()


def test_without_its_packages_japanese_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(romanisation, "words_in", lambda text: None)
    with pytest.raises(Problem) as problem:
        reading_of("東京", "ja")
    assert "kanaconv" in problem.value.hint
