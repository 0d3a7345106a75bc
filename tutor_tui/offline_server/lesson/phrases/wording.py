"""The guide's own words: what it says between the lines of a lesson."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """The guide's words in one language. Braces are filled in."""

    praise: tuple[str, ...]
    acknowledged: tuple[str, ...]
    """To an answer that leads on although nobody is sure of it: no praise."""
    repaired: tuple[str, ...]
    """Praise for a mistake that the learner corrected."""
    recast: str
    """The right form after a slip: {form}."""
    unsure: str
    """For an answer that nobody listed: {answer} is something like it."""
    tell_more: str
    """For a free answer that is good as far as it goes."""
    present: str
    """Before a new form that is shown, to be said after the tutor."""
    again: str
    """Before a question that comes back."""
    model: str
    """Gives the form: {answer}."""
    move_on: tuple[str, ...]
    not_heard: str
    skipped: str
    go_on: str
    """Takes up a lesson that was broken off."""
    first_try: str
    """{count} of {total}."""
    corrected: str
    """{count}."""
    to_practise: str
    """{answers}."""
    once_more: str
    """Offers another round after the end."""
    next_lesson: str
    """Offers the lesson that follows: {title}."""
    slower: str
    """Before something that is said again, more slowly from now on."""
    faster: str
    no_hurry: str
    """To a learner who has said nothing for a while."""
    begins: str
    """Gives the beginning of the answer: {start}."""
    can_already: str
    """After a level test: {can_do}."""
    level_found: str
    """Suggests the level that was found: {level}."""
    stopped: str
    """Ends the lesson for now, as the learner asked."""
    goodbye: str
    """To a learner who says goodbye."""
    care: str
    """To a learner who says that they want to die."""
    time_is_short: str
    """Before the end, where the lesson's clock leaves something out."""
    takeover: str
    """The first words of a guide that goes on where another tutor stopped."""
    welcome_to_english: str
    """What an English lesson begins with."""
    other_level: str
    """Of a lesson that is at {level}, where there is none at {wanted}."""
    no_free_talk: str
    """Before a lesson that stands in for a talk."""
    no_lesson: str
    """In place of a lesson, where there is none in the language."""
    recall: str
    """Asks for something of an earlier lesson: {meaning}, in the learner's own language."""
    say_better: str
    """Asks for the better form of what was {said} in an earlier lesson."""
    stuck: str
    """What may be asked for, in words of this language."""
    stuck_in_english: str
    """The same in an English lesson, in the words that are heard there."""
