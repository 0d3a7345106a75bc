"""The guide's own words in German."""

from __future__ import annotations

from tutor_tui.offline_server.lesson.phrases.wording import Phrases

PHRASES = Phrases(
    praise=("Sehr gut!", "Genau.", "Schön gesagt."),
    acknowledged=("In Ordnung.", "Alles klar."),
    repaired=("Ja, jetzt stimmt es!", "Das hast du selbst gefunden. Gut!"),
    recast="Gut. Man sagt: {form}",
    unsure="Diese Antwort kenne ich nicht; vielleicht ist sie richtig. Ich hatte etwas erwartet wie: {answer}",
    tell_more="Gut bis hierhin. Erzähl mir noch ein bisschen mehr.",
    present="Hör zu und sprich nach:",
    again="Noch einmal eine Frage von vorhin.",
    next_lesson=(
        "Als Nächstes kommt „{title}“. Zum Anfangen sag: nächste Lektion. Um diese zu wiederholen, sag: von vorne."
    ),
    model="Du kannst sagen: {answer} Jetzt du.",
    move_on=("In Ordnung, weiter geht es.", "Danke für den Versuch. Wir machen weiter."),
    not_heard="Das habe ich nicht verstanden.",
    skipped="Gut, das lassen wir.",
    go_on="Weiter geht es.",
    first_try="Beim ersten Versuch richtig: {count} von {total}.",
    corrected="Selbst verbessert: {count}.",
    to_practise="Für das nächste Mal: {answers}",
    once_more="Die Stunde ist zu Ende. Noch einmal? Sag: von vorne.",
    slower="Gern, langsamer.",
    faster="Gern, etwas schneller.",
    no_hurry="Lass dir Zeit.",
    begins="Es fängt so an: {start} …",
    can_already="Das kannst du schon: {can_do}.",
    level_found="Ich schlage vor, dass du auf Niveau {level} weitermachst.",
    stopped="Gut, hören wir hier auf. Wenn du weitermachen willst, antworte einfach.",
    goodbye="Tschüss! Bis zum nächsten Mal!",
    care=(
        "Das klingt sehr schwer, und ich bin nur ein Programm. Bitte sprich jetzt mit "
        "jemandem: mit einem Freund, einem Arzt oder dem Notruf. Der Unterricht kann warten."
    ),
    time_is_short="Unsere Zeit ist fast um.",
    takeover="Ich bin der Offline-Tutor und übernehme ab hier. Wir machen mit einer kurzen Lektion weiter.",
    welcome_to_english="Willkommen! Wir sprechen ein wenig Englisch. Antworte in ganzen Sätzen und lass dir Zeit.",
    other_level="Diese Lektion hat das Niveau {level}; für {wanted} gibt es offline noch keine.",
    no_free_talk="Offline kann ich mich nicht frei unterhalten. Wir machen stattdessen eine kurze Lektion.",
    no_lesson="In dieser Sprache gibt es offline noch keine Lektion.",
    recall="Wie sagt man „{meaning}“ auf Deutsch?",
    say_better="Letztes Mal hast du „{said}“ gesagt. Sag es besser.",
    stuck="Du kommst nicht weiter? Sag: „Hilfe“, „noch einmal“, „langsamer“ oder „Was heißt das?“",
    stuck_in_english=(
        "Du kommst nicht weiter? Sag „help me please“ für einen Tipp, „again please“ zum Wiederholen, "
        "„slower please“ für ein langsameres Tempo."
    ),
)
