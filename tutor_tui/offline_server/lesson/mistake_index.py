"""Which mistakes of a language are not out of the question in a sentence: of hundreds, a handful.

Each is kept under the words of which it needs one. What it needs besides, `pattern_matching` finds out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from tutor_tui.offline_server.lesson.pattern_starts import one_of_in
from tutor_tui.offline_server.lesson.word_lists import CommonMistake, WordLists


def mistakes_for(said: Iterable[str], lists: WordLists) -> list[CommonMistake]:
    """Those that these tokens do not rule out, in the order of the list."""
    by_token, always = _index(lists.shared or lists)  # mistakes are the language's
    places = {place for token in said for place in by_token.get(token, ())}
    return [lists.mistakes[place] for place in sorted(places | always)]


@lru_cache(maxsize=16)
def _index(lists: WordLists) -> tuple[dict[str, set[int]], frozenset[int]]:
    """Token → places of the mistakes that need it or another one; and the places of those that need none."""
    by_token: defaultdict[str, set[int]] = defaultdict(set)
    always: set[int] = set()
    for place, mistake in enumerate(lists.mistakes):
        needed = one_of_in(mistake.wrong, lists.language)
        if needed is None:
            always.add(place)
        for token in needed or ():
            by_token[token].add(place)
    return dict(by_token), frozenset(always)
