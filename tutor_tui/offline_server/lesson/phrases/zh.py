"""The guide's own words in Mandarin."""

from __future__ import annotations

from tutor_tui.offline_server.lesson.phrases.wording import Phrases

PHRASES = Phrases(
    praise=("很好！", "非常好。", "对了。"),
    acknowledged=("好的。", "知道了。"),
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
    goodbye="再见！下次见！",
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
)
