"""The guide's own words in Korean."""

from __future__ import annotations

from tutor_tui.offline_server.lesson.phrases.wording import Phrases

PHRASES = Phrases(
    praise=("좋아요!", "아주 잘했어요.", "맞아요.", "훌륭해요."),
    acknowledged=("네, 알겠어요.", "그렇군요."),
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
    goodbye="안녕히 가세요! 다음에 또 만나요.",
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
)
