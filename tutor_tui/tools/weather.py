"""The weather anywhere, from Open-Meteo: free, without a key (https://open-meteo.com/en/docs)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from tutor_tui.core.safe_text import one_line
from tutor_tui.tools.dispatch import Outcome, ToolFault

if TYPE_CHECKING:
    import httpx

GEOCODING_URL = "https://geocoding-api.open-meteo.com"
FORECAST_URL = "https://api.open-meteo.com"
MOST_ANSWER_BYTES = 256 * 1024
_CURRENT = ("temperature_2m", "apparent_temperature", "relative_humidity_2m", "weather_code", "wind_speed_10m")
_DAILY = ("weather_code", "temperature_2m_max", "temperature_2m_min", "precipitation_probability_max")
_DAYS = ("Today", "Tomorrow", "The day after")

SKY: Mapping[int, str] = {
    0: "clear sky",
    1: "mostly clear",
    2: "partly cloudy",
    3: "overcast",
    45: "fog",
    48: "freezing fog",
    51: "light drizzle",
    53: "drizzle",
    55: "heavy drizzle",
    56: "light freezing drizzle",
    57: "freezing drizzle",
    61: "light rain",
    63: "rain",
    65: "heavy rain",
    66: "light freezing rain",
    67: "freezing rain",
    71: "light snow",
    73: "snow",
    75: "heavy snow",
    77: "snow grains",
    80: "light showers",
    81: "showers",
    82: "violent showers",
    85: "snow showers",
    86: "heavy snow showers",
    95: "thunderstorm",
    96: "thunderstorm with hail",
    99: "thunderstorm with heavy hail",
}
"""WMO weather codes as Open-Meteo uses them."""


class Weather:
    """Asks the two services. `url`, where given, stands for both: a server of one's own, or of a test."""

    def __init__(self, url: str = "") -> None:
        self._geocoding = (url or GEOCODING_URL).rstrip("/")
        self._forecast = (url or FORECAST_URL).rstrip("/")

    async def get_weather(
        self, city: Annotated[str, "Name of a city or town, in any language; add a country after a comma if in doubt."]
    ) -> Outcome:
        """Look up the weather in a city: now, today, tomorrow and the day after.

        Say in a few words that you are looking before you call it, and give the answer in one or two sentences.
        """
        import httpx  # 60 ms, and most lessons never ask

        from tutor_tui.openai_api import http_client

        name = one_line(city, 100)
        try:
            async with http_client.client(None) as http:
                place = _place(name, await _asked(http, f"{self._geocoding}/v1/search", {"name": name, "count": 1}))
                about = {
                    "latitude": place["latitude"],
                    "longitude": place["longitude"],
                    "current": ",".join(_CURRENT),
                    "daily": ",".join(_DAILY),
                    "forecast_days": len(_DAYS),
                    "timezone": "auto",
                }
                report = await _asked(http, f"{self._forecast}/v1/forecast", about)
        except httpx.TransportError:
            text = "There is no connection to the weather service. Tell the learner that you cannot look it up now."
            raise ToolFault(text, "no connection") from None
        except (httpx.HTTPError, httpx.InvalidURL, ImportError, ValueError):
            raise _nonsense() from None
        return _told(place, report)


async def _asked(http: httpx.AsyncClient, url: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """The JSON object behind `url`. Raises httpx's errors, and `ValueError` for anything else than JSON."""
    import json

    from tutor_tui.openai_api import http_client

    async with http.stream("GET", url, params=parameters) as response:
        response.raise_for_status()
        answer = json.loads(await http_client.body_within(response, MOST_ANSWER_BYTES))
    return answer if isinstance(answer, dict) else {}


def _place(name: str, found: Mapping[str, Any]) -> Mapping[str, Any]:
    match found.get("results"):
        case [{"latitude": float() | int(), "longitude": float() | int(), "name": str()}, *_] as places:
            return dict(places[0])
        case [_, *_]:
            raise _nonsense()
        case _:
            raise ToolFault(
                f"No place called {name!r} was found. Ask the learner which city is meant.", "no such place"
            )


def _told(place: Mapping[str, Any], report: Mapping[str, Any]) -> Outcome:
    """The report in sentences; what the service left out is left out."""
    where = ", ".join(one_line(place[key], 60) for key in ("name", "country") if isinstance(place.get(key), str))
    now = report.get("current")
    if not isinstance(now, dict) or not _is_number(now.get("temperature_2m")):
        raise _nonsense()
    sky = _sky(now.get("weather_code"))
    facts = [f"{now['temperature_2m']:.0f} °C", sky]
    for key, form in (
        ("apparent_temperature", "feels like {:.0f} °C"),
        ("relative_humidity_2m", "humidity {:.0f} %"),
        ("wind_speed_10m", "wind {:.0f} km/h"),
    ):
        facts += [form.format(now[key])] if _is_number(now.get(key)) else []
    days = report.get("daily")
    sentences = [f"{where} now: {', '.join(fact for fact in facts if fact)}."]
    sentences += _days(days if isinstance(days, dict) else {})
    return Outcome(" ".join(sentences), f"{where}: {now['temperature_2m']:.0f} °C{', ' if sky else ''}{sky}")


def _days(daily: Mapping[str, Any]) -> list[str]:
    columns = [column if isinstance(column, list) else [] for column in (daily.get(key) for key in _DAILY)]
    sentences = []
    for day, code, high, low, rain in zip(_DAYS, *columns, strict=False):
        if _is_number(high) and _is_number(low):
            facts = [_sky(code), f"{low:.0f} to {high:.0f} °C"]
            facts += [f"chance of rain or snow {rain:.0f} %"] if _is_number(rain) else []
            sentences.append(f"{day}: {', '.join(fact for fact in facts if fact)}.")
    return sentences


def _sky(code: object) -> str:
    return SKY.get(int(code), "") if isinstance(code, int | float) and _is_number(code) else ""


def _is_number(value: object) -> bool:
    """Something to be said aloud: JSON also has infinities."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6


def _nonsense() -> ToolFault:
    text = "The weather service answered something that makes no sense. Tell the learner that it does not work now."
    return ToolFault(text, "the weather service does not work")
