"""What the guide says in a drill beside its other words, language by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tutor_tui.core.lesson_plan import DrillKind


@dataclass(frozen=True, slots=True)
class DrillPhrases:
    """Its words in one language. Braces are filled in."""

    intro: Mapping[DrillKind, str]
    """What a drill is, and what the learner does in it."""
    once_more: str
    """Before a sentence of which some words were not right yet."""
    say_right: str
    """Behind a mistake of the learner's: what they do with it."""
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
        intro={
            "recall": "Two minutes with your words. I give the meaning, you give the word.",
            "repeat": "Two minutes with your words. Say each one after me, until every word was right.",
            "dictation": "Two minutes with your words. Listen, and type what you hear.",
        },
        once_more="Once more.",
        say_right="say it right.",
        other_word="I am looking for another word.",
        written="Nearly: “{said}” → “{form}”.",
        got="You got {count} of {total}.",
        over="That was the drill.",
    ),
    "ko": DrillPhrases(
        intro={
            "recall": "2분 동안 단어를 연습해요. 제가 뜻을 말하면 단어를 말해 보세요.",
            "repeat": "2분 동안 단어를 연습해요. 모든 단어가 맞을 때까지 따라 해 보세요.",
            "dictation": "2분 동안 단어를 연습해요. 잘 듣고 들은 대로 써 보세요.",
        },
        once_more="한 번 더요.",
        say_right="맞게 말해 보세요.",
        other_word="다른 단어를 찾고 있어요.",
        written="거의 맞았어요: “{said}” → “{form}”.",
        got="{total}개 중 {count}개를 맞혔어요.",
        over="연습이 끝났어요.",
    ),
    "es": DrillPhrases(
        intro={
            "recall": "Dos minutos con tus palabras. Yo digo el significado y tú dices la palabra.",
            "repeat": "Dos minutos con tus palabras. Repite cada una hasta que te salga bien.",
            "dictation": "Dos minutos con tus palabras. Escucha y escribe lo que oyes.",
        },
        once_more="Otra vez.",
        say_right="dilo bien.",
        other_word="Busco otra palabra.",
        written="Casi: «{said}» → «{form}».",
        got="Has acertado {count} de {total}.",
        over="Hasta aquí el ejercicio.",
    ),
    "fr": DrillPhrases(
        intro={
            "recall": "Deux minutes avec tes mots. Je donne le sens, tu donnes le mot.",
            "repeat": "Deux minutes avec tes mots. Répète après moi, jusqu'à ce que tout soit juste.",
            "dictation": "Deux minutes avec tes mots. Écoute et écris ce que tu entends.",
        },
        once_more="Encore une fois.",
        say_right="dis-le comme il faut.",
        other_word="Je cherche un autre mot.",
        written="Presque : « {said} » → « {form} ».",
        got="Mots trouvés : {count} sur {total}.",
        over="L'exercice est fini.",
    ),
    "de": DrillPhrases(
        intro={
            "recall": "Zwei Minuten mit deinen Wörtern. Ich nenne die Bedeutung, du nennst das Wort.",
            "repeat": "Zwei Minuten mit deinen Wörtern. Sprich nach, bis jedes Wort stimmt.",
            "dictation": "Zwei Minuten mit deinen Wörtern. Hör zu und schreib, was du hörst.",
        },
        once_more="Noch einmal.",
        say_right="sag es richtig.",
        other_word="Ich suche ein anderes Wort.",
        written="Fast: „{said}“ → „{form}“.",
        got="Gewusst: {count} von {total}.",
        over="Das war die Übung.",
    ),
    "ja": DrillPhrases(
        intro={
            "recall": "二分間、ことばのれんしゅうをします。意味を言いますから、ことばを言ってください。",
            "repeat": "二分間、ことばのれんしゅうをします。ぜんぶ言えるまで、まねして言ってください。",
            "dictation": "二分間、ことばのれんしゅうをします。よく聞いて、聞こえたとおりに書いてください。",
        },
        once_more="もう一度。",
        say_right="正しく言ってください。",
        other_word="ほかのことばをさがしています。",
        written="おしいです：「{said}」→「{form}」。",
        got="{total}このうち{count}こ、できました。",
        over="れんしゅうはおわりです。",
    ),
    "zh": DrillPhrases(
        intro={
            "recall": "我们用两分钟练习单词。我说意思，你说单词。",
            "repeat": "我们用两分钟练习单词。请跟我说，直到每个词都对。",
            "dictation": "我们用两分钟练习单词。请听，然后写下你听到的。",
        },
        once_more="再来一次。",
        say_right="请说对。",
        other_word="我想的是另一个词。",
        written="差一点：“{said}” → “{form}”。",
        got="{total}个词，你答对了{count}个。",
        over="练习结束了。",
    ),
}


def drill_phrases_in(language: str) -> DrillPhrases:
    """The words in `language`; in English where there are none."""
    return _PHRASES.get(language, _PHRASES["en"])
