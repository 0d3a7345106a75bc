"""Tools as a learner meets them: the weather is asked for in the terminal, and a voice asks for a slower one."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Classroom, LiveServer, type_words, wait_until
from tests.support.paths import SAMPLES
from tests.support.strict_calls import Call
from tests.support.strict_server import Reply, tone
from tests.support.weather_server import WeatherServer
from tutor_tui.core.tools import LESSON_TOOLS

pytestmark = [pytest.mark.device, pytest.mark.slow]

GREETING = Reply("Hello!", tone(400))


def pace_of(server: LiveServer) -> float:
    """What is in force on the newest line."""
    return float(server.strict.sessions[-1].session["audio"]["output"]["speed"])


def test_a_weather_question_typed_to_the_assistant_is_answered_from_the_weather_service(classroom: Classroom) -> None:
    looking = Reply("One moment.", tone(400), calls=[Call("get_weather", '{"city": "Seoul"}')])
    server = classroom.server(replies=[looking, Reply("It rains, and it is cold.", tone(800))])
    weather = WeatherServer()
    server.run(weather.__aenter__())
    settings = classroom.home / ".config" / "tutor-tui" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'[lesson]\nweather_url = "{weather.url}"\n', encoding="utf-8")
    screen = classroom.open("--profile", "voice-assistant", server=server)
    screen.wait_for("listening")
    type_words(screen, "Will it rain in Seoul?")
    screen.wait_for("· weather: Seoul, South Korea: 7 °C, light rain")
    text = screen.wait_for("It rains, and it is cold.")
    assert text.index("One moment.") < text.index("· weather:") < text.index("It rains, and it is cold.")
    output = server.wait_for("conversation.item.create", where=lambda f: f["item"]["type"] == "function_call_output")
    assert output.frame["item"]["output"].startswith("Seoul, South Korea now: 7 °C, light rain, feels like 3 °C")
    assert [path for path, _ in weather.asked] == ["/v1/search", "/v1/forecast"]
    server.run(weather.__aexit__())


def test_slower_please_said_aloud_slows_the_next_sentence_and_holds_on_the_next_line(classroom: Classroom) -> None:
    slower = Reply(silent=True, calls=[Call("set_pace", '{"pace": "slower"}')])
    slip = Call("note_correction", '{"said": "more slow", "better": "more slowly"}')
    server = classroom.server(
        replies=[GREETING, slower, Reply("Is this better?", tone(800), calls=[slip])], transcripts=["more slow, please"]
    )
    screen = classroom.open(server=server, size=(120, 40))
    screen.wait_for("Hello!")
    screen.wait_for("listening")
    assert [tool["name"] for tool in server.strict.sessions[-1].session["tools"]] == [*LESSON_TOOLS, "note_fact"]
    before = pace_of(server)
    classroom.pulse.feed(SAMPLES / "cards-001.wav")
    screen.wait_for("Is this better?")
    after = pace_of(server)
    assert after == pytest.approx(before - 0.15)
    text = screen.wait_for("mistake  more slow → more slowly")
    assert f"· pace: {after:g}×" in text and "Noted" in text and "in “more slow, please”" in text
    server.drop()
    wait_until(lambda: len(server.strict.sessions) > 1 and pace_of(server) == after, "the pace on a new line")
    screen.send("C-q")
    screen.wait_for("Before you leave")
    screen.send("n")
    screen.wait_for_exit()
    lines = [line for line in screen.text.splitlines() if line.strip()]
    over = next(number for number, line in enumerate(lines) if line.startswith("the lesson is over: "))
    assert lines[over + 1].rstrip() == "Mistake: “more slow” is better as “more slowly”"
    assert lines[over + 2].startswith("(kept: tutor-tui history show ")
