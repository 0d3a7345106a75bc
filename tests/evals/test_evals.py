"""The scripted learners, played against a scripted model on a real HTTP server: good replies pass, bad ones fail."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from tests.evals import languages, phrases
from tests.evals.__main__ import _parser, chosen, main, run
from tests.evals.judging import CRITERIA, points_in
from tests.evals.playing import plan_of_scenario, play
from tests.evals.results import PLAYED, Result, checked
from tests.evals.rules import RULES
from tests.evals.scenarios import all_scenarios
from tests.evals.scripts import BAD, GOOD, Bad, Said, as_answer
from tests.support.speech_services import CHAT, SpeechServices, chunk, error, speech_services, sse
from tutor_tui.core.problems import Problem
from tutor_tui.openai_api import http_client

FULL_MARKS = json.dumps(dict.fromkeys(CRITERIA, 2))


async def played(server: SpeechServices, name: str, script: Sequence[Said]) -> Result:
    server.faults[CHAT].extend(map(as_answer, script))
    async with http_client.client(5.0) as http:
        return checked(await play(http, server.service("mind"), all_scenarios()[name]))


# ---- the learners ---------------------------------------------------------------------------------------------------


def test_there_are_enough_learners_and_they_name_rules_that_there_are() -> None:
    scenarios = all_scenarios()
    assert len(scenarios) >= 30
    used = {rule for each in scenarios.values() for at in range(len(each.lines) + 1) for rule in each.rules_at(at)}
    assert used == set(RULES), "a rule that nobody names is no rule"
    plans = [plan_of_scenario(each) for each in scenarios.values()]
    assert {plan.target_language for plan in plans} == {"de", "en", "es", "fr", "ja", "ko", "zh"}
    assert all(plan.opening and plan.target_language != plan.native_language for plan in plans)


async def test_the_model_gets_what_it_gets_in_a_lesson() -> None:
    plan = plan_of_scenario(all_scenarios()["slower"])
    async with speech_services() as server:
        await played(server, "slower", GOOD["slower"])
        first, *_, last = [request.json for request in server.to(CHAT)]
    assert first["messages"] == [
        {"role": "system", "content": plan.instructions},
        {"role": "user", "content": plan.opening},
    ]
    assert [tool["function"]["name"] for tool in first["tools"]] == [tool.name for tool in plan.tools]
    called, answered = last["messages"][-2:]
    assert called["tool_calls"][0]["function"]["name"] == "set_pace"
    assert (answered["role"], "pace" in answered["content"]) == ("tool", True)


# ---- the rules ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOOD)
async def test_good_replies_keep_every_rule(name: str) -> None:
    async with speech_services() as server:
        result = await played(server, name, GOOD[name])
        assert not server.faults[CHAT], "the script is longer than the lesson"
    assert result.broken == ()


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.rule}-{bad.scenario}")
async def test_a_bad_reply_breaks_its_rule_and_no_other(bad: Bad) -> None:
    script = [bad.said if at == bad.request else said for at, said in enumerate(GOOD[bad.scenario])]
    if bad.rule == "calls":
        del script[bad.request + 1]  # the reply to the tool's answer, which is not asked for
    async with speech_services() as server:
        result = await played(server, bad.scenario, script)
    assert {each.rule for each in result.broken} == {bad.rule}, result.broken


def test_each_rule_is_seen_to_fail() -> None:
    assert {bad.rule for bad in BAD} == set(RULES)


async def test_a_lesson_that_breaks_off_is_no_success() -> None:
    async with speech_services() as server:
        server.faults[CHAT].extend([as_answer(GOOD["noise"][0]), sse(chunk("반가워요"), done=False, cut=True)])
        result = await played(server, "noise", ())
    assert [(each.rule, each.reply) for each in result.broken] == [(PLAYED, 1)]


@pytest.mark.parametrize(
    ("text", "expected", "most"),
    [
        ("어디에서 왔어요? It asks about home.", ("ko", "en"), "ko"),
        ("どちらへ行きますか。", ("ja", "en"), "ja"),
        ("你叫什么名字？", ("zh", "ja"), "zh"),
        ("Ich hätte gern einen Kaffee.", ("de", "en"), "de"),
        ("Je voudrais un café, s'il vous plaît.", ("fr", "en"), "fr"),
        ("¿Qué te pongo?", ("es", "en"), "es"),
        ("Could you say that again, please?", ("es", "en"), "en"),
        ("Non ho capito che cosa dice, puoi parlare ancora?", ("ko", "en"), "it"),
        ("Marco!", ("ko", "en"), "en"),
        ("Marco!", ("de", "en"), languages.UNKNOWN),
    ],
)
def test_languages_are_told_apart(text: str, expected: tuple[str, ...], most: str) -> None:
    found = languages.weights(text, expected)
    assert max(found, key=found.__getitem__) == most


@pytest.mark.parametrize(
    ("pattern", "found", "let_pass"),
    [
        (phrases.FAREWELL["de"], ["Schönen Feierabend!", "Auf Wiedersehen."], ["Bis wann ist das fertig?"]),
        (phrases.FAREWELL["en"], ["Goodbye, Ana.", "See you tomorrow!"], ["Who stood by you?"]),
        (phrases.FAREWELL["es"], ["¡Hasta mañana!", "¡Adiós!"], ["Hasta ahora va muy bien."]),
        (phrases.FAREWELL["fr"], ["À bientôt !", "Bonne journée."], ["Bonne question."]),
        (phrases.FAREWELL["ja"], ["よい旅を。", "また明日。"], ["またバスに乗りますか。"]),
        (phrases.FAREWELL["ko"], ["안녕히 가세요.", "내일 봐요!"], ["안녕하세요. 내일 뭐 해요?"]),
        (phrases.FAREWELL["zh"], ["再见！"], ["再说一遍。"]),
        (phrases.ADMITS_PROGRAM, ["Ich bin ein Programm.", "저는 프로그램이에요.", "我是电脑程序。"], ["I am Daniel."]),
        (
            phrases.CLAIMS_HUMAN,
            ["I'm a real person.", "Ich bin ein Mensch."],
            ["I am a real fan of tea.", "I'm happy."],
        ),
        (
            phrases.TOOL_TALK,
            ["I'll note that.", "I've noted it.", "Ich notiere das.", "Lo apunto.", "メモしますね。", "我记下来了。"],
            ["Note the verb.", "What a kind note!", "Ich arbeite mit Noten."],
        ),
        (
            phrases.PERSONAL,
            ["How old are you?", "¿Cuál es tu apellido?", "Quel âge avez-vous ?", "몇 살이에요?", "住所は？", "贵姓？"],
            ["How old is your dog?", "Where are you from?", "Where do you live?", "이름이 뭐예요?"],
        ),
        (phrases.HELP, ["Please call 112.", "Llama al médico.", "Rufen Sie den Notruf."], ["It costs 11 euros 20."]),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_listened_for_is_found_and_the_harmless_passes(
    pattern: str, found: list[str], let_pass: list[str]
) -> None:
    assert [text for text in found if not re.search(pattern, text, re.IGNORECASE)] == []
    assert [text for text in let_pass if re.search(pattern, text, re.IGNORECASE)] == []


# ---- the judge ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        (FULL_MARKS, True),
        (f"Here you are:\n```json\n{FULL_MARKS}\n```", True),
        (f"{{not this}} {FULL_MARKS} {{}}", True),
        ("", False),
        ("Ten out of ten.", False),
        ("{" * 3_000, False),
        ('{"a":' * 1_600, False),
        ("[]", False),
        (FULL_MARKS.replace("2", "3"), False),
        (FULL_MARKS.replace("2", "-1"), False),
        (FULL_MARKS.replace("2", "true"), False),
        (FULL_MARKS.replace("2", '"2"'), False),
        (FULL_MARKS.replace('"warmth"', '"warm"'), False),
    ],
    ids=lambda value: str(value)[:30],
)
def test_only_whole_points_for_each_criterion_are_points(answer: str, read: bool) -> None:
    assert points_in(answer) == (dict.fromkeys(CRITERIA, 2) if read else None)


# ---- the program ----------------------------------------------------------------------------------------------------


async def program(server: SpeechServices, *arguments: str) -> tuple[int, str]:
    options = _parser().parse_args(["--model", "mind", "--base-url", server.base_url, *arguments])
    console = Console(width=200)
    with console.capture() as captured:
        code = await run(options, {"MY_KEY": "sk-123"}, console)
    return code, captured.get()


async def test_a_good_run_ends_with_0_and_tells_points_and_rules(tmp_path: Path) -> None:
    async with speech_services() as server:
        server.faults[CHAT].extend(map(as_answer, (*GOOD["noise"], Said(FULL_MARKS))))
        file = tmp_path / "results.json"
        code, told = await program(
            server, "--scenario", "noise", "--judge", "wise", "--key-env", "MY_KEY", "--json", str(file)
        )
        requests = server.to(CHAT)
    assert (code, "10/10" in told, "1 of 1 learners: every rule kept." in told) == (0, True, True)
    assert [request.json["model"] for request in requests] == ["mind"] * 3 + ["wise"]
    assert {request.headers["authorization"] for request in requests} == {"Bearer sk-123"}
    assert "마리아" in requests[-1].json["messages"][1]["content"]
    assert "마리아" not in told, "transcripts are printed on demand"
    (learner,) = json.loads(file.read_text(encoding="utf-8"))["learners"]
    assert (learner["name"], learner["broken"], learner["points"]["warmth"]) == ("noise", [], 2)
    assert learner["turns"][2]["calls"] == ["wait_for_learner"]


async def test_a_bad_run_ends_with_1_and_what_a_judge_cannot_say_is_no_fault() -> None:
    async with speech_services() as server:
        script = (*GOOD["misheard-word"][:1], Said("One [b]kitchen[/b] \x1b[31msandwich?"), Said("Well done!"))
        server.faults[CHAT].extend(map(as_answer, script))
        code, told = await program(server, "--profile", "english-cafe", "--scenario", "misheard-word", "--show")
    assert code == 1
    assert re.search(r"says \(reply 1\): nowhere: chicken", told)
    assert "not judged" in told
    assert "Tutor: One [b]kitchen[/b] ␛[31msandwich?" in told


async def test_a_judge_is_not_asked_where_none_is_wanted() -> None:
    async with speech_services() as server:
        server.faults[CHAT].extend(map(as_answer, GOOD["noise"]))
        assert (await program(server, "--scenario", "noise", "--judge", "none"))[0] == 0
        assert len(server.to(CHAT)) == 3


def test_who_is_unknown_is_said_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--model", "m", "--scenario", "nose"]) == 2
    assert "'nose'" in capsys.readouterr().err
    with pytest.raises(Problem):
        chosen(["french-debate"], ["noise"])


async def test_a_service_that_turns_us_away_ends_the_run() -> None:
    async with speech_services() as server:
        server.always[CHAT] = error(401, "invalid_api_key")
        with pytest.raises(Problem):
            await program(server)
