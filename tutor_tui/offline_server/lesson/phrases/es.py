"""The guide's own words in Spanish."""

from __future__ import annotations

from tutor_tui.offline_server.lesson.phrases.wording import Phrases

PHRASES = Phrases(
    praise=("¡Muy bien!", "Perfecto.", "Exacto.", "¡Qué bien!"),
    acknowledged=("Vale.", "De acuerdo."),
    repaired=("¡Sí, ahora está bien!", "Lo has corregido tú. ¡Muy bien!"),
    recast="Bien. Se dice: {form}",
    unsure="Esa respuesta no la conozco; puede estar bien. Esperaba algo como: {answer}",
    tell_more="Bien hasta aquí. Cuéntame un poco más.",
    present="Escucha y repite:",
    again="Volvemos a una de antes.",
    next_lesson=(
        "Ahora viene «{title}». Para empezarla, di: siguiente lección. Para repetir esta, di: empezar de nuevo."
    ),
    model="Puedes decir: {answer} Ahora tú.",
    move_on=("Vale, seguimos.", "Gracias por intentarlo. Seguimos."),
    not_heard="No te he oído bien.",
    skipped="Vale, dejamos esta.",
    go_on="Seguimos.",
    first_try="Has respondido a la primera a {count} de {total}.",
    corrected="Has corregido tú: {count}.",
    to_practise="Para la próxima vez: {answers}",
    once_more="La lección ha terminado. ¿Empezamos de nuevo? Di: empezar de nuevo.",
    slower="Claro, más despacio.",
    faster="Claro, un poco más rápido.",
    no_hurry="Sin prisa.",
    begins="Empieza así: {start} …",
    can_already="Ya sabes hacer esto: {can_do}.",
    level_found="Te propongo seguir en el nivel {level}.",
    stopped="De acuerdo, lo dejamos aquí. Si quieres seguir, responde y ya está.",
    goodbye="¡Adiós! ¡Hasta la próxima!",
    care=(
        "Eso suena muy duro, y yo solo soy un programa. Por favor, habla ahora con alguien: un "
        "amigo, un médico o el teléfono de emergencias. La clase puede esperar."
    ),
    time_is_short="Se nos acaba el tiempo.",
    takeover="Soy el tutor sin conexión y sigo yo desde aquí. Continuamos con una lección corta.",
    welcome_to_english="¡Hola! Vamos a hablar un poco en inglés. Responde con frases completas y tómate tu tiempo.",
    other_level="Esta lección es de nivel {level}; todavía no hay ninguna de {wanted} sin conexión.",
    no_free_talk="Sin conexión no puedo hablar libremente. En su lugar hacemos una lección corta.",
    no_lesson="Todavía no hay ninguna lección sin conexión en este idioma.",
    recall="¿Cómo se dice «{meaning}» en español?",
    say_better="La última vez dijiste «{said}». Dilo mejor.",
    stuck="¿No sabes seguir? Pide: «ayuda», «otra vez», «más despacio» o «¿qué significa?»",
    stuck_in_english=(
        "¿No sabes seguir? Di «help me please» si necesitas ayuda, «again please» para oírlo otra vez "
        "o «slower please» para oírlo más despacio."
    ),
)
