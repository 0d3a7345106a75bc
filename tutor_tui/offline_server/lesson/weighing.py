"""What is heard is weighed before it is judged: to be called wrong for what one said right is the worst of all.

One recogniser mixes up what sounds alike. So a mistake is called one where two of them have written it down, or where
the learner has denied the right form that they were asked about; and never where something right sounds the same. Free
words, which nobody listened for, are corrected only where Whisper was certain of them and they are an answer but for a
known mistake: a dictionary says nothing of how sure it is, so it is never believed so far.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import islice

from tutor_tui.offline_server.hearing import Hearing, Match
from tutor_tui.offline_server.lesson import pattern_matching as matching
from tutor_tui.offline_server.lesson.guide import Guide
from tutor_tui.offline_server.lesson.judging import Judgement, Verdict
from tutor_tui.offline_server.lesson.pattern_sentences import closed
from tutor_tui.offline_server.lesson.romanised_typing import judged
from tutor_tui.offline_server.lesson.script import Mistake
from tutor_tui.offline_server.lesson.sounds_alike import alike, are_alike, sound_the_same
from tutor_tui.speech.normalise import tokens

CERTAIN_ODDS = 3.0
"""Log odds from which on a sentence is not mixed up with one that sounds alike and is answered in another way."""
CERTAIN_TOKENS = -0.2
"""Of one of Whisper's tokens on average, in nats: free words that are less likely may be others."""
CERTAIN_WORD = 0.75
"""How likely the worst of them has to be besides. By both, Whisper base is certain of 4 of 23 recordings of people, and
right; in six more it was by −0.25 and 0.5, two of them with a wrong word (“ill-sposed”, 整理 for 成立).
"""

_THEIRS = 0.6
"""`difflib`'s ratio of words, or letters, from which on a better form is the learner's own sentence made right. Of 384
sentences that answer other questions (es, fr, en, ko; certain) 3 are corrected with it, 5 without; of as many wrong
answers 65 %, and not 79.
"""
_LOOKED_AT = 6
"""Sentences that sound alike: each takes some 10 ms to be judged."""


def judgement_of(guide: Guide, text: str) -> Judgement | None:
    """What the guide takes `text` for; None where nothing is asked."""
    step, script = guide.path.step, guide.script
    return judged(text, step, script.lists, script.level)[0] if step else None


def verdict_of(guide: Guide, text: str) -> Verdict | None:
    """The same in one word."""
    found = judgement_of(guide, text)
    return found.verdict if found else None


def plain(sentence: str) -> str:
    """To be compared, whatever the marks."""
    return "".join(filter(str.isalnum, sentence.casefold()))


def is_certain(hearing: Hearing) -> bool:
    """Whether these free words are hardly others: never, where the recogniser says nothing of that."""
    return bool(hearing.pieces) and all(
        piece.log_probability >= CERTAIN_TOKENS and piece.worst_word >= CERTAIN_WORD for piece in hearing.pieces
    )


def weighed(guide: Guide, hearing: Hearing, denied: frozenset[str]) -> Hearing:
    """`hearing`, or what may have been said instead; unsure where it may have been. `denied` is what the learner said
    they had not said, as `plain` has it: it is not offered again.
    """
    if guide.learner_repeats or not hearing.text:
        return hearing
    found = judgement_of(guide, hearing.text)
    if found and found.verdict is Verdict.SLIP and (same := _right_by_sound(guide, hearing.text, found)):
        hearing = replace(hearing, text=same, words=(), rivals=())
        found = judgement_of(guide, same)
    if hearing.match is Match.OTHER:
        return _free_words(guide, hearing, found)
    is_denied = plain(hearing.text) in denied
    verdict = found.verdict if found else None
    if hearing.is_agreed and not is_denied and verdict in (Verdict.RIGHT, Verdict.SLIP):
        return hearing
    others = [rival for rival in hearing.rivals if plain(rival) not in denied]
    gives_way = is_denied or verdict in (Verdict.SLIP, Verdict.UNSURE)
    if gives_way and (right := next((each for each in others if _is_right(guide, each)), "")):
        return replace(hearing, text=right, words=(), rivals=())
    if is_denied or (found and verdict is Verdict.SLIP):
        return _instead(guide, hearing, found, denied)
    doubtful = _may_be_another(hearing) or (found is not None and _is_answered_otherwise(guide, hearing, found))
    return _asked_about(hearing, hearing.text) if doubtful else hearing


def _instead(guide: Guide, hearing: Hearing, found: Judgement | None, denied: frozenset[str]) -> Hearing:
    """What to ask about in place of a mistake, or of what was denied: a right sentence. A mistake stands where that was
    denied, and where it sounds like nothing right to ears that are sure of whole sentences.
    """
    right = [*dict.fromkeys(_right_ones(guide, hearing, found))]
    left = [each for each in right if plain(each) not in denied]
    is_denied = plain(hearing.text) in denied
    if not is_denied and (len(left) < len(right) or not (left or hearing.words)):
        return hearing
    own = "" if is_denied else hearing.text
    return _asked_about(hearing, left[0] if left else own)


def _asked_about(hearing: Hearing, sentence: str) -> Hearing:
    """`hearing` as a question whether it was `sentence`; none where there is no sentence to ask about."""
    if sentence == hearing.text:
        return replace(hearing, match=Match.UNSURE)
    return replace(hearing, text=sentence, match=Match.UNSURE, words=(), rivals=()) if sentence else Hearing()


def _right_ones(guide: Guide, hearing: Hearing, found: Judgement | None) -> Iterator[str]:
    """Right sentences that this may have been, the likeliest first."""
    language, better = guide.script.language, found.better if found else ""
    if _is_right(guide, better) and (hearing.words or are_alike(hearing.text, better, language)):
        yield better
    yield from (each for each in _alike(guide, hearing.text) if _is_right(guide, each))


def _alike(guide: Guide, text: str) -> Iterator[str]:
    """The sentences that sound most like it, of those that are listened for."""
    return islice(alike(text, guide.expected, guide.script.language), _LOOKED_AT)


def _is_right(guide: Guide, text: str) -> bool:
    return verdict_of(guide, text) is Verdict.RIGHT


def _is_answered_otherwise(guide: Guide, hearing: Hearing, found: Judgement) -> bool:
    """Whether another answer sounds alike that the tutor has another reply to: good day for good evening."""
    is_sure = hearing.match is not Match.EXPECTED or hearing.log_odds is None or hearing.log_odds >= CERTAIN_ODDS
    if is_sure or not (found.expected and found.expected.reply):
        return False
    others = (judgement_of(guide, each) for each in _alike(guide, hearing.text))
    return any(
        other and other.verdict is Verdict.RIGHT and other.expected and other.expected.reply != found.expected.reply
        for other in others
    )


def _may_be_another(hearing: Hearing) -> bool:
    """Whether a word that was not clear is another one in a sentence that fits nearly as well."""
    unclear = [plain(word.text) for word in hearing.words if not word.is_clear]
    return any(word not in plain(rival) for word in unclear for rival in hearing.rivals)


def _right_by_sound(guide: Guide, text: str, found: Judgement) -> str:
    """What is right and sounds the same as this mistake; "" where nothing does."""
    language = guide.script.language
    others = (found.better, *_alike(guide, text))
    return next((each for each in others if sound_the_same(text, each, language) and _is_right(guide, each)), "")


def is_mistake(guide: Guide, hearing: Hearing) -> bool:
    """Whether a slip in these free words is surely one: Whisper was certain of them, and they are an answer but for a
    known mistake. A mistake of the step that lets any words stand in it swallows sentences that are no such answer: it
    counts where what would be right is still theirs.
    """
    found = judgement_of(guide, hearing.text)
    if found is None or found.verdict is not Verdict.SLIP or not is_certain(hearing):
        return False
    if any(closed(mistake.heard, guide.script.lists) for mistake in _listed(guide, hearing.text)):
        return True
    said, better = (tokens(text, guide.script.language) for text in (hearing.text, found.better))
    is_theirs = SequenceMatcher(None, said, better, autojunk=False).ratio() >= _THEIRS
    # What is misspelt, the recogniser has spelt.
    return is_theirs and found.kind != "spelling" and _is_right(guide, found.better)


def _listed(guide: Guide, text: str) -> list[Mistake]:
    """The mistakes of this step that all of it may be."""
    step, said = guide.path.step, matching.said(text, guide.script.lists)
    mistakes = step.mistakes if step else ()
    return [mistake for mistake in mistakes if matching.whole(mistake.heard, said, to_the_end=False)]


def _free_words(guide: Guide, hearing: Hearing, found: Judgement | None) -> Hearing:
    """Words that nobody listened for: an answer, an answer but for a mistake, or none."""
    step = guide.path.step
    if step is None or found is None or found.verdict not in (Verdict.SLIP, Verdict.UNSURE) or step.least:
        return hearing
    if is_mistake(guide, hearing):
        return replace(hearing, match=Match.EXPECTED) if _listed(guide, hearing.text) else hearing
    # Words of which nothing is known may be any: a sentence that is not like them is nothing to ask about.
    if (hearing.pieces or found.better_is_own) and _is_right(guide, found.better):
        return Hearing(found.better, Match.UNSURE)
    return replace(hearing, match=Match.NOT_EXPECTED)
