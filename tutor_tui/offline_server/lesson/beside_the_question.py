"""Answers that say something else than was asked: “What did you eat?” – “My name is Ana.”

A guide without a model knows few subjects. Of those it knows how beginners speak of them, and which words a question
has that asks for them. A step in which none of these stands does not ask for it, however widely its patterns reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tutor_tui.offline_server.lesson.script import Step
from tutor_tui.speech.normalise import UNSPACED, tokens


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that people say of themselves, as `normalise.tokens` leaves it."""

    said: re.Pattern[str]
    """A whole sentence about it."""
    asked: re.Pattern[str]
    """What stands in questions, answers or patterns that have to do with it."""


def _subject(said: str, asked: str) -> Subject:
    return Subject(re.compile(said), re.compile(asked))


_SUBJECTS: Mapping[str, tuple[Subject, ...]] = {
    "en": (
        _subject(r"(?:my (?:first )?name is|i am called) \S+(?: \S+)?", r"\bname|call|who\b|introduce"),
        _subject(r"i (?:live in|am from|come from) \S+(?: \S+)?", r"\blive|from\b|\bcome|home|city|town|country|where"),
        _subject(r"i am \S+(?: \S+)? years old", r"\bold\b|\bage\b|birthday|years"),
        _subject(r"i have (?:got )?\S+ (?:brothers?|sisters?)", r"brother|sister|famil|sibling|children"),
        _subject(r"it is (?:raining|snowing)(?: today| now)?", r"weather|rain|snow|outside|sky"),
    ),
    "es": (
        _subject(r"(?:yo )?(?:me llamo|mi nombre es) \S+(?: \S+)?", r"llam|nombre|eres\b|quien|presenta|name"),
        _subject(r"(?:yo )?(?:vivo en|soy de|vengo de) \S+(?: \S+)?", r"viv|\bde donde|donde|pais|ciudad|casa|barrio"),
        _subject(r"(?:yo )?tengo \S+ anos", r"anos|edad|cumple"),
        _subject(r"(?:yo )?tengo \S+ (?:hermanos?|hermanas?)", r"herman|famil|hijos"),
        _subject(r"(?:hoy )?(?:llueve|nieva)(?: hoy)?", r"tiempo|lluev|llov|lluvia|nieva|sol\b"),
    ),
    "fr": (
        _subject(r"(?:moi )?(?:je m'appelle|mon (?:nom|prenom) est) \S+(?: \S+)?", r"appel|nom\b|qui\b|present|name"),
        _subject(r"(?:moi )?(?:j'habite a|je viens de) \S+|je viens d'\S+", r"habit|viens|venez|ou\b|pays|ville|spot"),
        _subject(r"(?:moi )?j'ai \S+ ans", r"\bans\b|age\b|anniversaire"),
        _subject(r"(?:moi )?j'ai \S+ (?:freres?|soeurs?)", r"frere|soeur|famil|enfant"),
        _subject(r"il (?:pleut|neige)(?: aujourd'hui)?", r"temps|pleut|pluie|neige|dehors"),
    ),
    "de": (
        _subject(r"(?:ich heisse|mein name ist) \S+(?: \S+)?", r"heiss|name|wer\b|stell"),
        _subject(r"ich (?:wohne in|komme aus) \S+(?: \S+)?", r"wohn|komm|woher|\bwo\b|stadt|land|haus|live"),
        _subject(r"ich bin \S+ jahre alt", r"\balt\b|jahre|geburtstag"),
        _subject(r"ich habe \S+ (?:bruder|schwestern?|geschwister)", r"bruder|schwester|famil|geschwister|kinder"),
        _subject(r"(?:heute regnet es|es regnet(?: heute)?|es schneit)", r"wetter|regn|schnei|draussen"),
    ),
    "ko": (
        _subject(r"(?:제|내|저의)?이름은.{1,6}(?:이에요|예요|입니다|•)", r"이름|누구|name|소개"),
        _subject(r"(?:저는)?.{1,8}(?:에살•|에서왔•|에서오•)", r"살|왔|와•|어디|나라|도시|집|place|사람"),
        _subject(r"(?:저는)?.{1,6}살(?:이에요|이•|예요)", r"몇살|나이|생일|살이"),
        _subject(
            r"(?:저는)?(?:형제|언니|오빠|누나|형|동생)(?:가|이)?.{0,4}명?있•", r"형제|언니|오빠|누나|동생|가족|있"
        ),
        _subject(r"(?:오늘|지금)?(?:비|눈)(?:가|이)?오•", r"날씨|비가|눈이|오늘어때"),
    ),
    "ja": (
        _subject(r"(?:わたしの|私の)?(?:名前|なまえ)は.{1,8}です", r"名前|なまえ|だれ|nm"),
        _subject(
            r"(?:わたしは|私は)?.{1,8}(?:から来ました|に住んでいます|にすんでいます)", r"から|住|すん|どこ|国|pl\b|うち"
        ),
        _subject(r"(?:わたしは|私は)?.{1,5}(?:歳|才|さい)です", r"歳|才|さい|たんじょう"),
        _subject(r"(?:兄|姉|弟|妹|きょうだい)が.{1,4}います", r"兄|姉|弟|妹|きょうだい|家族|かぞく"),
        _subject(r"(?:今日は|きょうは)?(?:雨|雪)です", r"天気|てんき|雨|雪"),
    ),
    "zh": (
        _subject(r"我(?:叫|的名字(?:是|叫)).{1,5}", r"名字|叫|谁|姓|name"),
        _subject(r"我(?:住在.{1,6}|是从.{1,6}来的|从.{1,6}来)", r"住|哪|国|从|城市|家|人"),
        _subject(r"我(?:今年)?.{1,3}岁了?", r"岁|多大|生日"),
        _subject(r"我有.{1,2}个?(?:哥哥|姐姐|弟弟|妹妹)", r"哥|姐|弟|妹|家"),
        _subject(r"今天(?:下雨|下雪)了?", r"天气|下雨|下雪"),
    ),
}
_EACH_WAY = re.compile(r"[^\w\s'•]")


def is_beside(text: str, step: Step, language: str) -> bool:
    """Whether `text` is certainly about something that `step` does not ask for. False where nobody can know."""
    said = _plain(text, language)
    return any(
        subject.said.fullmatch(said) and not subject.asked.search(_of_step(step, language))
        for subject in _SUBJECTS.get(language, ())
    )


@lru_cache(maxsize=256)
def _of_step(step: Step, language: str) -> str:
    """All words of the step: what is asked, how it may be answered, and its mistakes."""
    return "\n".join(_words_of(step, language))


def _words_of(step: Step, language: str) -> Iterator[str]:
    yield from (_plain(text, language) for text in (*step.says, step.answer, step.present))
    for source in (*(each.source for each in step.expect), *(each.source for each in step.mistakes)):
        yield source.casefold()
        yield _plain(_EACH_WAY.sub(" ", source), language)


def _plain(text: str, language: str) -> str:
    return ("" if language in UNSPACED else " ").join(tokens(text, language))
