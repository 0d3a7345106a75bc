"""The guide's own words in French."""

from __future__ import annotations

from tutor_tui.offline_server.lesson.phrases.wording import Phrases

PHRASES = Phrases(
    praise=("Très bien !", "Parfait.", "Exactement."),
    acknowledged=("D'accord.", "Je vois."),
    repaired=("Oui, maintenant c'est juste !", "Tu l'as trouvé toi-même. Bravo !"),
    recast="Bien. On dit : {form}",
    unsure=(
        "Cette réponse, je ne la connais pas ; elle est peut-être juste. J'attendais quelque chose comme : {answer}"
    ),
    tell_more="C'est bien jusque-là. Dis-m'en un peu plus.",
    present="Écoute et répète :",
    again="On revient à une question de tout à l'heure.",
    next_lesson=(
        "Ensuite vient « {title} ». Pour commencer, dis : leçon suivante. Pour refaire celle-ci, dis : recommencer."
    ),
    model="Tu peux dire : {answer} À toi.",
    move_on=("D'accord, on continue.", "Merci d'avoir essayé. On continue."),
    not_heard="Je n'ai pas bien entendu.",
    skipped="D'accord, on laisse celle-là.",
    go_on="On continue.",
    first_try="Du premier coup : {count} sur {total}.",
    corrected="Réponses que tu as corrigées : {count}.",
    to_practise="Pour la prochaine fois : {answers}",
    once_more="La leçon est finie. On recommence ? Dis : recommencer.",
    slower="D'accord, plus lentement.",
    faster="D'accord, un peu plus vite.",
    no_hurry="Prends ton temps.",
    begins="Ça commence comme ça : {start} …",
    can_already="Tu sais déjà faire ceci : {can_do}.",
    level_found="Je te propose de continuer au niveau {level}.",
    stopped="D'accord, on s'arrête là. Pour continuer, il suffit de répondre.",
    goodbye="Au revoir ! À la prochaine !",
    care=(
        "Ce que tu vis a l'air très dur, et je ne suis qu'un programme. Parle à quelqu'un "
        "maintenant : un ami, un médecin ou le numéro d'urgence. La leçon peut attendre."
    ),
    time_is_short="Il nous reste peu de temps.",
    takeover="Je suis le tuteur hors ligne et je prends la suite. On continue avec une petite leçon.",
    welcome_to_english=(
        "Bienvenue ! On va parler un peu anglais. Réponds par des phrases complètes et prends ton temps."
    ),
    other_level="Cette leçon est de niveau {level} ; il n'y en a pas encore de niveau {wanted} hors ligne.",
    no_free_talk="Hors ligne, je ne peux pas parler librement. Faisons une petite leçon à la place.",
    no_lesson="Il n'y a pas encore de leçon hors ligne dans cette langue.",
    recall="Comment dit-on « {meaning} » en français ?",
    say_better="La dernière fois, tu as dit « {said} ». Dis-le mieux.",
    stuck=(
        "Tu bloques ? Demande : « aide », « encore une fois », « plus lentement » ou « qu’est-ce que ça veut dire ? »"
    ),
    stuck_in_english=(
        "Tu bloques ? Dis « help me please » pour de l’aide, « again please » pour réécouter "
        "ou « slower please » pour ralentir."
    ),
)
