"""Of which sounds a sentence is made, in nine languages: what recognisers of English sounds listen for.

The phones are those of the CMU dictionary, without stress: sounds that English lacks are given by their neighbours.
"""

from __future__ import annotations

from tutor_tui.offline_server.phones.pronounced import LANGUAGES, PHONES, Pronounced, Unreadable
from tutor_tui.offline_server.phones.sentence import phones_of, pronounce, words_if_readable

__all__ = ["LANGUAGES", "PHONES", "Pronounced", "Unreadable", "phones_of", "pronounce", "words_if_readable"]
