"""The weather tool against a loopback server with Open-Meteo's answers, and against every way it can fail."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from typing import Any

import pytest

from tests.support.weather_server import REPORT, WeatherServer
from tutor_tui.core.lesson_plan import LessonPlan
from tutor_tui.core.tools import ToolAnswer, ToolCall
from tutor_tui.tools.registry import standard_tools

PLAN = LessonPlan("Assistant", "Help.", "marin")


async def ask(url: str, city: str = "Seoul") -> ToolAnswer:
    box = standard_tools(url)
    plan = replace(PLAN, tools=box.specs(["get_weather"]))
    return await box.call(ToolCall("c", "get_weather", json.dumps({"city": city})), plan)


async def test_the_weather_now_and_of_three_days() -> None:
    async with WeatherServer() as server:
        answer = await ask(server.url, "München")
        assert answer.ok and answer.speak
        assert answer.output == (
            "Munich, Germany now: 7 °C, light rain, feels like 3 °C, humidity 81 %, wind 12 km/h. "
            "Today: rain, 3 to 9 °C, chance of rain or snow 90 %. "
            "Tomorrow: overcast, -1 to 11 °C, chance of rain or snow 20 %. "
            "The day after: clear sky, 0 to 12 °C."
        )
        assert answer.summary == "Munich, Germany: 7 °C, light rain"
        (search, where), (forecast, what) = server.asked
        assert (search, where["name"], where["count"]) == ("/v1/search", "München", "1")
        assert (forecast, what["latitude"], what["longitude"]) == ("/v1/forecast", "48.13743", "11.57549")
        assert what["timezone"] == "auto"


async def test_a_place_that_nobody_knows_is_asked_for() -> None:
    async with WeatherServer() as server:
        answer = await ask(server.url, "Xyzzy")
        assert not answer.ok
        assert answer.output == "No place called 'Xyzzy' was found. Ask the learner which city is meant."
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "city", ["../../etc/passwd", "x&latitude=1#y", "; rm -rf ~", "http://127.0.0.1:1/v1/forecast", "$(id)", "%2e%2e/"]
)
async def test_a_place_is_one_value_in_one_query_whatever_it_tries_to_be(city: str) -> None:
    async with WeatherServer() as server:
        await ask(server.url, city)
        ((path, asked),) = server.asked
        assert (path, asked["name"]) == ("/v1/search", city)
        assert "latitude" not in asked


async def test_without_a_network_the_tutor_is_told_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        answer = await ask(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert (answer.ok, answer.summary) == (False, "no connection")
    assert answer.output.startswith("There is no connection to the weather service.")


async def test_a_host_that_cannot_be_named_is_no_connection() -> None:
    answer = await ask("http://weather.invalid")
    assert answer.summary == "no connection"


async def test_a_proxy_of_the_environment_does_not_stand_before_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with WeatherServer() as server:
        assert (await ask(server.url)).ok


@pytest.mark.slow
async def test_a_server_that_does_not_answer_is_given_up_after_five_seconds() -> None:
    async with WeatherServer(delay_s=20) as server:
        answer = await ask(server.url)
    assert (answer.ok, answer.summary) == (False, "no answer within 5 s")


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("no JSON", {"/v1/search": b"<html>"}),
    ("not UTF-8", {"/v1/search": b"\xff\xfe{"}),
    ("a list", {"/v1/forecast": b"[]"}),
    ("error", {"/v1/forecast": 500}),
    ("too many", {"/v1/search": 429}),
    ("redirection", {"/v1/search": 302}),
    ("a place without coordinates", {"/v1/search": {"results": [{"name": "Seoul"}]}}),
    ("no place at all", {"/v1/search": {"results": [None]}}),
    ("no current weather", {"/v1/forecast": {"daily": REPORT["daily"]}}),
    ("infinite cold", {"/v1/forecast": b'{"current": {"temperature_2m": -Infinity}}'}),
    ("a word for a number", {"/v1/forecast": {"current": {"temperature_2m": "cold"}}}),
    ("an answer without end", {"/v1/forecast": b'{"x": "' + b"y" * 300_000 + b'"}'}),
]


@pytest.mark.parametrize("answers", [case[1] for case in BROKEN], ids=[case[0] for case in BROKEN])
async def test_nonsense_is_told_as_such(answers: dict[str, Any]) -> None:
    async with WeatherServer(answers) as server:
        answer = await ask(server.url)
    assert (answer.ok, answer.summary) == (False, "the weather service does not work")


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ({"current": {"temperature_2m": -3.4}}, "Seoul, South Korea now: -3 °C."),
        ({"current": {"temperature_2m": 1, "weather_code": 1234}, "daily": 3}, "Seoul, South Korea now: 1 °C."),
        (
            {
                "current": {"temperature_2m": 1, "weather_code": "x"},
                "daily": REPORT["daily"] | {"weather_code": [True, {}, []], "temperature_2m_max": [None, "x", 5]},
            },
            "Seoul, South Korea now: 1 °C. The day after: 0 to 5 °C.",
        ),
    ],
)
async def test_what_is_missing_is_left_out(report: dict[str, Any], said: str) -> None:
    async with WeatherServer({"/v1/forecast": report}) as server:
        assert (await ask(server.url)).output == said


async def test_the_place_is_data_and_no_escape() -> None:
    place = {"name": "Se\x1b[31moul\n", "country": 3, "latitude": 1, "longitude": 2.0}
    async with WeatherServer({"/v1/search": {"results": [place]}}) as server:
        assert (await ask(server.url)).output.startswith("Se [31moul now: 7 °C")
