"""What the guide says in a drill beside its other words, language by language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrillPhrases:
    """Its words in one language. Braces are filled in."""

    intro: str
    """What a drill is, and that of this kind: the meaning is asked for."""
    other_word: str
    """To an answer that is not the word: it may be right, and is not what is asked for."""
    written: str
    """Shows a misspelt word beside how it is written: {said}, {form}."""
    got: str
    """{count} of {total}."""
    over: str
    """The drill has come to its end."""


_PHRASES = {
    "en": DrillPhrases(
        intro="Two minutes with your words. I give the meaning, you give the word.",
        other_word="I am looking for another word.",
        written="Nearly: “{said}” → “{form}”.",
        got="You got {count} of {total}.",
        over="That was the drill.",
    ),
    "ko": DrillPhrases(
        intro="이 분 동안 단어를 연습해요. 뜻을 보고 단어를 말해 보세요.",
        other_word="다른 말을 찾고 있어요.",
        written="거의 맞았어요: “{said}” → “{form}”.",
        got="{total}개 중 {count}개를 맞혔어요.",
        over="연습이 끝났어요.",
    ),
    "es": DrillPhrases(
        intro="Dos minutos con tus palabras. Yo doy el significado y tú, la palabra.",
        other_word="Busco otra palabra.",
        written="Casi: «{said}» → «{form}».",
        got="Has acertado {count} de {total}.",
        over="Hasta aquí el ejercicio.",
    ),
    "fr": DrillPhrases(
        intro="Deux minutes avec tes mots. Je donne le sens, tu donnes le mot.",
        other_word="Je cherche un autre mot.",
        written="Presque : « {said} » → « {form} ».",
        got="Mots trouvés : {count} sur {total}.",
        over="L'exercice est fini.",
    ),
    "de": DrillPhrases(
        intro="Zwei Minuten mit deinen Wörtern. Ich nenne die Bedeutung, du nennst das Wort.",
        other_word="Ich suche ein anderes Wort.",
        written="Fast: „{said}“ → „{form}“.",
        got="Gewusst: {count} von {total}.",
        over="Das war die Übung.",
    ),
    "ja": DrillPhrases(
        intro="二分間、ことばのれんしゅうをします。意味を見て、ことばを言ってください。",
        other_word="ほかのことばをさがしています。",
        written="おしいです：「{said}」→「{form}」。",
        got="{total}このうち{count}こ、できました。",
        over="れんしゅうはおわりです。",
    ),
    "zh": DrillPhrases(
        intro="我们用两分钟练习单词。我给意思，你说单词。",
        other_word="我想要的是另一个词。",
        written="差一点：“{said}” → “{form}”。",
        got="{total}个词，你答对了{count}个。",
        over="练习结束了。",
    ),
}


def drill_phrases_in(language: str) -> DrillPhrases:
    """The words in `language`; in English where there are none."""
    return _PHRASES.get(language, _PHRASES["en"])
