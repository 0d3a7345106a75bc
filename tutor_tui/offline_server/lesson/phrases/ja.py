"""The guide's own words in Japanese."""

from __future__ import annotations

from tutor_tui.offline_server.lesson.phrases.wording import Phrases

PHRASES = Phrases(
    praise=("いいですね！", "よくできました。", "そのとおりです。"),
    acknowledged=("わかりました。", "そうですか。"),
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
    goodbye="さようなら。また今度。",
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
)
