"""The guide's own words in English."""

from __future__ import annotations

from tutor_tui.core.courses import NO_FREE_TALK, NO_LESSON, OTHER_LEVEL
from tutor_tui.offline_server.lesson.phrases.wording import Phrases

PHRASES = Phrases(
    praise=("Good!", "Very good.", "Well said.", "Exactly.", "Lovely."),
    acknowledged=("All right.", "I see.", "Okay."),
    repaired=("Yes, now it is right!", "You found it yourself. Well done!", "That's it!"),
    recast="Good. We say: {form}",
    unsure="I don't know that one; it may be right. I was listening for something like: {answer}",
    tell_more="Good so far. Tell me a little more.",
    present="Listen, and say it after me:",
    again="Here is one from before.",
    next_lesson="Next comes “{title}”. To begin it, say: next lesson. For this one again, say: start again.",
    model="You can say: {answer} Now you.",
    move_on=("All right, let us go on.", "Thank you for trying. Let us go on."),
    not_heard="I did not catch that.",
    skipped="All right, we leave that one.",
    go_on="Let us go on.",
    first_try="You answered {count} of {total} at the first try.",
    corrected="You put {count} right by yourself.",
    to_practise="For next time: {answers}",
    once_more="The lesson is over. Shall we do it once more? Say: start again.",
    slower="All right, more slowly.",
    faster="All right, a little faster.",
    no_hurry="Take your time.",
    begins="It begins like this: {start} …",
    can_already="You can already {can_do}.",
    level_found="I suggest that you go on at level {level}.",
    stopped="All right, let us stop here. When you want to go on, just answer.",
    goodbye="Goodbye! See you next time.",
    care=(
        "That sounds very hard, and I am only a program. Please talk to somebody now: a "
        "friend, a doctor, or your emergency number. The lesson can wait."
    ),
    time_is_short="Our time is nearly over.",
    takeover="I am the offline tutor, and I take over from here. We go on with a short lesson.",
    welcome_to_english="Welcome! We will talk a little in English. Answer in whole sentences, and take your time.",
    other_level=OTHER_LEVEL,
    no_free_talk=NO_FREE_TALK,
    no_lesson=NO_LESSON,
    recall="How do you say “{meaning}” in English?",
    say_better="Last time you said “{said}”. Say it better.",
    stuck="Stuck? Ask: “help”, “again”, “slower” or “what does that mean?”",
    stuck_in_english="Stuck? Ask: “help me please”, “again please”, “slower please” or “what does that mean?”",
)
