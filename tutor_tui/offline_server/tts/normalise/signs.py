"""Signs, addresses and what is written only for the eye, in any language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tutor_tui.offline_server.tts.normalise.rules import Rule

_PAUSE = "\ue000"
"""A short pause, until all rules are through: no comma of the text is touched by what is done with it."""
_FOR_THE_EYE = re.compile(r"\s*(?:[\u2190-\u21ff\u27f5-\u27ff\u2b05-\u2b07•‣▪※]|<?[-=]{1,2}>)+\s*")
"""Arrows and bullets: a short pause."""
_NO_PAUSE = re.compile(rf"^\s*{_PAUSE}\s*|(?<=[,;:、，])\s*{_PAUSE}|\s*{_PAUSE}\s*(?=[.,;:!?。！？，、…]|$)")
"""At an edge, or beside another one."""
_PAUSES = re.compile(rf"\s*{_PAUSE}[\s{_PAUSE}]*")
_SLASH = re.compile(r"(?<=[^\W\d_])\s?/\s?(?=[^\W\d_])")
"""은/는, he/she, and/or."""
_EMAIL = re.compile(r"(?<![\w@])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SITE = re.compile(
    r"(?<![\w@.])(?:https?://)?(?:[a-zA-Z0-9-]+\.)+"
    r"(?:com|org|net|edu|info|app|dev|io|eu|de|fr|es|it|pt|br|kr|jp|cn|uk|us|co)(?:/[\w./?=&%#-]*)?(?!\w)"
)
_IS_NO_SITE = re.compile(r"[A-Z][a-z]*\.[a-z]{2}$|^[a-z]\.[a-z]{2}$")


def signs_for_the_eye() -> tuple[Rule, ...]:
    """Rules for what no voice says. They come behind all others that look at signs."""
    return ((_FOR_THE_EYE, _PAUSE), (_SLASH, _PAUSE), (_NO_PAUSE, ""), (_PAUSES, ", "))


def address_rules(letters: Mapping[str, str]) -> tuple[Rule, ...]:
    """E-mail addresses and names of sites: `letters` says at, dot, dash and underscore."""
    marks = re.compile("|".join(map(re.escape, letters)))

    def spelled(text: str) -> str:
        return marks.sub(lambda mark: f" {letters[mark[0]]} ", text).strip()

    def site(match: re.Match[str]) -> str:
        if _IS_NO_SITE.search(match[0]):
            return match[0]
        return spelled(match[0].split("://")[-1].split("/")[0])

    return ((_EMAIL, lambda match: spelled(match[0])), (_SITE, site))


def between_numbers(signs: Mapping[str, str], *, unspaced: bool = False) -> tuple[Rule, ...]:
    """Ranges and sums: `signs` says "–", "-", "+", "=", "×" and "÷", without blanks in scripts that have none."""

    def rule(pattern: str, sign: str) -> Rule:
        return re.compile(rf"(?<=[0-9%°€])(?:{pattern})(?=[-−0-9])"), signs[sign] if unspaced else f" {signs[sign]} "

    return (
        rule(r"\s*÷\s*|\s?:\s(?=[0-9.,]+\s*=)", "÷"),
        rule(r"\s[-−]\s(?=[0-9.,]+\s*=)", "-"),
        rule(r"\s*=\s*", "="),
        rule(r"\s*\+\s*", "+"),
        rule(r"\s*[×*]\s*|\s?x\s?", "×"),
        rule(r"\s?[–~〜]\s?|[-—]", "–"),
    )


def other_signs(signs: Mapping[str, str]) -> tuple[Rule, ...]:
    """What is left beside words."""
    return (
        (re.compile(r"\s*&\s*"), f" {signs['&']} "),
        (re.compile(r"(?<!\S)\+(?!\S)"), signs["+"]),
        (re.compile(r"\s+=\s+"), _PAUSE),
        (re.compile(r"#\s?(?=[0-9])|№\s?(?=[0-9])"), f"{signs['#']} "),
        (re.compile(r"(?<![0-9:])(?P<a>[0-9]{1,3})\s?:\s?(?P<b>[0-9]{1,3})(?![0-9:])"), rf"\g<a> {signs[':']} \g<b>"),
        (re.compile(r"(?<=[0-9])\s?/\s?(?=[0-9])"), f" {signs['/']} "),
    )
