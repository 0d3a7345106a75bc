"""The guide's own words: what it says between the lines of a lesson."""

from __future__ import annotations

from dataclasses import dataclass

from tutor_tui.core.courses import NO_FREE_TALK, NO_LESSON, OTHER_LEVEL


@dataclass(frozen=True, slots=True)
class Phrases:
    """The guide's words in one language. Braces are filled in."""

    praise: tuple[str, ...]
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


_PHRASES = {
    "en": Phrases(
        praise=("Good!", "Very good.", "Well said.", "Exactly.", "Lovely."),
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
    ),
    "ko": Phrases(
        praise=("좋아요!", "아주 잘했어요.", "맞아요.", "훌륭해요."),
        repaired=("네, 이제 맞아요!", "스스로 고쳤네요. 잘했어요!"),
        recast="좋아요. 이렇게 말해요: {form}",
        unsure="제가 모르는 대답이에요. 맞을 수도 있어요. 저는 이런 대답을 기다렸어요: {answer}",
        tell_more="좋아요. 조금 더 이야기해 주세요.",
        present="잘 듣고 따라 해 보세요:",
        again="아까 한 질문을 다시 해 볼게요.",
        next_lesson="다음은 “{title}”예요. '다음 수업'이라고 하면 시작하고, '다시 시작'이라고 하면 다시 해요.",
        model="이렇게 말해 보세요: {answer}",
        move_on=("네, 다음으로 넘어가요.", "수고했어요. 계속해요."),
        not_heard="잘 못 들었어요.",
        skipped="네, 다음으로 넘어가요.",
        go_on="계속해요.",
        first_try="질문 {total}개 중 {count}개를 한 번에 맞혔어요.",
        corrected="{count}개는 스스로 고쳤어요.",
        to_practise="다음에 연습할 말: {answers}",
        once_more="수업이 끝났어요. 다시 할까요? '다시 시작'이라고 말해 주세요.",
        slower="네, 천천히 말할게요.",
        faster="네, 조금 더 빨리 말할게요.",
        no_hurry="천천히 생각해 보세요.",
        begins="이렇게 시작해요: {start} …",
        can_already="벌써 할 수 있는 것: {can_do}.",
        level_found="{level} 단계에서 계속하는 것을 추천해요.",
        stopped="네, 여기까지 할게요. 계속하고 싶으면 대답해 주세요.",
        care=(
            "많이 힘드시겠어요. 저는 프로그램일 뿐이라서 도와드릴 수 없어요. "
            "지금 가까운 사람이나 의사에게 이야기하거나 긴급 전화에 전화해 주세요. 수업은 나중에 해도 돼요."
        ),
        time_is_short="시간이 거의 다 됐어요.",
        takeover="이제부터는 오프라인 튜터인 제가 이어서 가르칠게요. 짧은 수업으로 계속해요.",
        welcome_to_english="반가워요! 영어로 조금 이야기해 봐요. 문장으로 대답해 주세요. 천천히 해도 괜찮아요.",
        other_level="이 수업은 {level} 수준이에요. {wanted} 오프라인 수업은 아직 없어요.",
        no_free_talk="오프라인에서는 자유롭게 이야기할 수 없어요. 대신 짧은 수업을 해요.",
        no_lesson="이 언어로 된 오프라인 수업은 아직 없어요.",
        recall="“{meaning}”, 한국어로 어떻게 말해요?",
        say_better="지난번에 “{said}”라고 했어요. 맞게 말해 보세요.",
        stuck="막히면 이렇게 말해 보세요: “도와주세요”, “다시”, “천천히”, “무슨 뜻이에요?”",
        stuck_in_english=(
            "막히면 영어로 이렇게 말해 보세요. 도움말은 “help me please”, 다시 들으려면 “again please”, "
            "천천히 들으려면 “slower please”."
        ),
    ),
    "es": Phrases(
        praise=("¡Muy bien!", "Perfecto.", "Exacto.", "¡Qué bien!"),
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
    ),
    "fr": Phrases(
        praise=("Très bien !", "Parfait.", "Exactement."),
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
            "Tu bloques ? Demande : « aide », « encore une fois », « plus lentement » "
            "ou « qu’est-ce que ça veut dire ? »"
        ),
        stuck_in_english=(
            "Tu bloques ? Dis « help me please » pour de l’aide, « again please » pour réécouter "
            "ou « slower please » pour ralentir."
        ),
    ),
    "de": Phrases(
        praise=("Sehr gut!", "Genau.", "Schön gesagt."),
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
    ),
    "ja": Phrases(
        praise=("いいですね！", "よくできました。", "そのとおりです。"),
        repaired=("はい、こんどは合っています！", "じぶんでなおせましたね！"),
        recast="いいですね。こう言います：{form}",
        unsure="その答えは知りませんが、合っているかもしれません。こんな答えを待っていました：{answer}",
        tell_more="いいですね。もうすこし話してください。",
        present="よく聞いて、まねして言ってください：",
        again="さっきの質問をもう一度。",
        next_lesson="次は「{title}」です。始めるには「次のレッスン」と言ってください。もう一度やるなら「はじめから」。",
        model="こう言います：{answer} どうぞ。",
        move_on=("では、つづけましょう。", "ありがとう。つぎへ行きましょう。"),
        not_heard="よく聞こえませんでした。",
        skipped="はい、つぎへ行きましょう。",
        go_on="つづけましょう。",
        first_try="{total}もんのうち{count}もん、一度でこたえられました。",
        corrected="{count}もんはじぶんでなおしました。",
        to_practise="つぎのれんしゅう：{answers}",
        once_more="これでおわりです。もう一度やりますか。「はじめから」と言ってください。",
        slower="はい、ゆっくり話します。",
        faster="はい、少し速く話します。",
        no_hurry="ゆっくりでいいですよ。",
        begins="こう始まります：{start} …",
        can_already="もうできること：{can_do}。",
        level_found="{level}のレベルで続けることをおすすめします。",
        stopped="はい、ここまでにしましょう。続けたくなったら、答えてください。",
        care="とてもつらいですね。わたしはプログラムなので、力になれません。どうか今、友だちや医者、緊急の電話に話してください。レッスンはあとで大丈夫です。",
        time_is_short="そろそろ時間です。",
        takeover="ここからはオフラインの先生が続けます。短いレッスンをしましょう。",
        welcome_to_english="ようこそ！英語で少し話しましょう。文で答えてください。ゆっくりでいいですよ。",
        other_level="このレッスンは{level}です。{wanted}のオフラインレッスンはまだありません。",
        no_free_talk="オフラインでは自由に会話できません。かわりに短いレッスンをしましょう。",
        no_lesson="この言語のオフラインレッスンはまだありません。",
        recall="「{meaning}」は日本語で何と言いますか。",
        say_better="前回「{said}」と言いました。正しく言ってみましょう。",
        stuck="困ったら「助けて」「もう一度」「ゆっくり」「どういう意味ですか」と言ってみてください。",
        stuck_in_english=(
            "困ったら英語で言ってみましょう。ヒントは「help me please」、もう一度聞くには「again please」、"
            "ゆっくり聞くには「slower please」。"
        ),
    ),
    "zh": Phrases(
        praise=("很好！", "非常好。", "对了。"),
        repaired=("对，现在对了！", "你自己改对了，真棒！"),
        recast="好。我们说：{form}",
        unsure="这个回答我不认识，也许是对的。我等的是这样的回答：{answer}",
        tell_more="说得不错。再多说一点吧。",
        present="请听，然后跟我说：",
        again="我们再来一个刚才的问题。",
        next_lesson="下一课是“{title}”。要开始，请说：下一课。想再来一次，请说：从头开始。",
        model="你可以说：{answer} 该你了。",
        move_on=("好的，我们继续。", "谢谢你的努力，我们继续。"),
        not_heard="我没听清楚。",
        skipped="好，跳过这个。",
        go_on="我们继续。",
        first_try="{total}个问题，你一次答对了{count}个。",
        corrected="有{count}个是你自己改对的。",
        to_practise="下次练习：{answers}",
        once_more="课上完了。再来一次吗？请说：从头开始。",
        slower="好，我说慢一点。",
        faster="好，我说快一点。",
        no_hurry="不着急，慢慢来。",
        begins="开头是：{start} …",
        can_already="你已经会：{can_do}。",
        level_found="我建议你从 {level} 级继续。",
        stopped="好，我们就到这里。想继续的话，直接回答就行。",
        care="听起来你很难受，可我只是一个程序。请你现在就跟身边的人、医生谈一谈，或者打紧急电话。课可以以后再上。",
        time_is_short="我们的时间快到了。",
        takeover="我是离线老师，接下来由我来教。我们继续上一节短课。",
        welcome_to_english="欢迎！我们用英语聊一会儿。请用完整的句子回答，慢慢来。",
        other_level="这一课是{level}级；{wanted}级还没有离线课程。",
        no_free_talk="离线时我不能自由聊天，我们来上一节短课吧。",
        no_lesson="这门语言还没有离线课程。",
        recall="“{meaning}”用中文怎么说？",
        say_better="上次你说“{said}”。请说得更好。",
        stuck="卡住了就说：“帮帮我”、“再说一遍”、“慢一点”或者“什么意思？”",
        stuck_in_english=(
            "卡住了就用英语说：要提示说“help me please”，再听一遍说“again please”，慢一点说“slower please”。"
        ),
    ),
}


LANGUAGES = frozenset(_PHRASES)
"""Languages that the guide has words in."""


def phrases_in(language: str) -> Phrases:
    """The guide's words in `language`; in English where it has none."""
    return _PHRASES.get(language, _PHRASES["en"])
