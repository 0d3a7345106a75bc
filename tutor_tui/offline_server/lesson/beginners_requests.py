"""The same requests as beginners make them, "I no understand": patterns, in each language that the guide has words in.

In a step that practises to ask for that, they are answers and mistakes before they are requests.
"""

from __future__ import annotations

from collections.abc import Mapping

from tutor_tui.offline_server.lesson.request_patterns import CAN, EN, SP

_UNDERSTAND = "(understand | understanding | understood)"

BEGINNERS_PATTERNS: Mapping[str, tuple[str, ...]] = {
    "repeat": (
        f"{EN}(say | repeat | tell me) (again | once more | one more time) [please]",
        "[sorry] what you (say | said) | what did you said | what do you say",
        "[sorry] i (no | not | do not | don't) hear [you | it | that] [well]",
        "(다시 | 한 번 더) (주세요 | 말하세요 | 말하십시오 | 말해요 | 말하다)",
        "[por favor] (repetir | repite | repita | dilo | decir) (otra vez | una vez más | de nuevo) [por favor]",
        f"{SP} (répéter | répète | répétez | dire | dis | dites) [ça] (encore | encore une fois) {SP}",
        "[bitte] (noch einmal | nochmal | noch mal) (sagen | sprechen | sagen sie | wiederholen) [bitte]",
        "[bitte] (sagen | sag | sagen sie) [das] (noch einmal | nochmal | noch mal) [bitte]",
        "もう一度ください | もういちどください | もう一回ください",
        "もういっかいください | もう一度言って | もういちどいって",
        "[请] 再 (一遍 | 一次) [请] | [请] (重说 | 说再一次 | 说再一遍)",
        "[per favore] (ripeti | ripeta | ripetere | dire) [ancora | ancora una volta | un'altra volta] [per favore]",
        "[por favor] (repete | repita | repetir | dizer) [mais uma vez | outra vez | de novo] [por favor]",
    ),
    "slower": (
        f"{EN}(speak | talk | say | say it | go) [more | very | a little | a bit] (slow | slowly) [please]",
        f"{CAN} (speak | talk | say it | say that | go) [more | a little | a bit] slow [please]",
        f"{EN}(more | a little | a bit | slow) (slow | slower) [please] | please slow | slow please",
        f"{EN}(again | repeat | say again | say it again) (slow | slowly | more slow | more slowly | slower) [please]",
        "[you] (speak | talk | go) (so | too | very) (fast | quick | quickly)",
        "천천히 (주세요 | 말하세요 | 말하십시오 | 말해요 | 말하다)",
        "[더] (느리게 | 느리게 말해 주세요 | 느리게 주세요)",
        "[por favor] (hablar | habla | hable) [más | muy | un poco más] (despacio | lento | lentamente) [por favor]",
        f"{SP} plus lent {SP} | {SP} (parler | parle | parlez) [plus | un peu plus] (lent | lentement) {SP}",
        "[bitte] mehr langsam [bitte] | [bitte] [mehr] (langsam | langsamer) sprechen [bitte]",
        "[bitte] sprechen [sie] [mehr] (langsam | langsamer) [bitte] | du sprechen zu schnell",
        "ゆっくりください | ゆっくり話して | ゆっくりはなして",
        "ゆっくり言って | もっとゆっくりください | もっと遅く | もっと遅くください",
        "[请] (慢说 | 说慢 | 慢慢 | 慢慢说 | 慢慢地说) [请] | [请] [说] (更慢 | 更慢一点 | 比较慢) [说]",
        "[per favore] più lento [per favore] | troppo veloce",
        "[per favore] (parla | parli | parlare) [più | un po' più] (lento | lentamente | piano) [per favore]",
        "[por favor] (mais lento | devagar | mais devagarinho) [por favor] | muito rápido | rápido demais",
        "[por favor] (fala | fale | falar) [mais | um pouco mais] (devagar | lento | lentamente) [por favor]",
    ),
    "help": ("(can | you) help me [please] | how (i | to | can i | do i) say [it | this | that] [please]",),
    "do not know": (
        f"[sorry] [i | me] (no | not | am not) {_UNDERSTAND} [it | that | this | you | well | nothing]",
        f"[sorry] [i | me] (do not | don't | did not) {_UNDERSTAND} [it | that | this | you | nothing]",
        "[sorry] [i | me] (no | not | do not | don't) know [it | that | this | nothing | how say | how to say]",
        "[저는] [안] 이해 (안 해요 | 안 돼요 | 못 해요 | 못 하다) | [저는] 안 이해해요",
        "[저는] 안 알아요 | [저는] 모르다",
        "yo no (entiendo | comprendo) [nada | bien] | [yo] no (saber | entender | comprender) [nada | bien]",
        "[je | moi] [ne] pas (comprendre | comprends | compris | savoir | sais)",
        "[ich] nicht (verstehen | verstanden | wissen)",
        "[ich] (kann | kann das) nicht verstehen | [ich] verstehen nicht",
        "わかない | 理解できません | 理解しません",
        "わかるません | 分かるません | わかりません、すみません | すみません、わかりません",
        "[对不起] [我] (不理解 | 没理解 | 不听懂 | 没有懂 | 没有明白 | 不能懂 | 不能明白 | 听没懂)",
        "[io] non (capire | sapere) [niente | bene] | io non [lo] (so | capisco | ho capito) [niente | bene]",
        "eu não (sei | entendo | entendi | percebo) [nada | bem]",
        "[eu] não (entender | perceber | saber) [nada | bem]",
    ),
    "translate": (
        "what (mean | means) [it | this | that] | what (it | this | that) (mean | means) | what is mean",
        "what (does | do) mean [it | this | that] | what (is | does) (it | this | that) means",
    ),
}
"""By the value of a `Request`."""
