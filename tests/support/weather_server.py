"""A loopback stand-in for Open-Meteo's two services, for tests and for the learner's whole way: HTTP/1.1, GET only.

    async with WeatherServer() as server:
        ... standard_tools(server.url) ...

In a process of its own, `python -m tests.support.weather_server` prints `ready PORT`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import urllib.parse
from collections.abc import Mapping
from typing import Any, Self

PLACES: Mapping[str, Mapping[str, Any]] = {
    "seoul": {"name": "Seoul", "country": "South Korea", "latitude": 37.566, "longitude": 126.9784},
    "münchen": {"name": "Munich", "country": "Germany", "latitude": 48.13743, "longitude": 11.57549},
}
REPORT: Mapping[str, Any] = {
    "timezone": "Asia/Seoul",
    "current": {
        "time": "2026-11-21T22:15",
        "temperature_2m": 6.6,
        "apparent_temperature": 3.2,
        "relative_humidity_2m": 81,
        "weather_code": 61,
        "wind_speed_10m": 11.5,
    },
    "daily": {
        "time": ["2026-11-21", "2026-11-22", "2026-11-23"],
        "weather_code": [63, 3, 0],
        "temperature_2m_max": [9.1, 11.4, 12.0],
        "temperature_2m_min": [2.8, -1.2, 0.4],
        "precipitation_probability_max": [90, 20, None],
    },
}


class WeatherServer:
    """Answers `/v1/search` and `/v1/forecast`; `answers` replaces a path's answer: an object, raw bytes or a status."""

    def __init__(
        self, answers: Mapping[str, Mapping[str, Any] | bytes | int] | None = None, delay_s: float = 0
    ) -> None:
        self.answers = dict(answers or {})
        self.delay_s = delay_s
        self.asked: list[tuple[str, dict[str, str]]] = []
        """Path and parameters of each request."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *failure: object) -> None:
        self._server.close()

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            target = urllib.parse.urlsplit(head.split()[1].decode())
            parameters = dict(urllib.parse.parse_qsl(target.query))
            self.asked.append((target.path, parameters))
            await asyncio.sleep(self.delay_s)
            answer = self.answers.get(target.path, self._answer(target.path, parameters))
            status = answer if isinstance(answer, int) else 200
            body = answer if isinstance(answer, bytes) else b"{}" if status != 200 else json.dumps(answer).encode()
            writer.write(b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nConnection: close\r\n" % status)
            writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
            writer.close()

    def _answer(self, path: str, parameters: Mapping[str, str]) -> Mapping[str, Any] | int:
        match path:
            case "/v1/search":
                place = PLACES.get(parameters.get("name", "").casefold())
                return {"results": [place], "generationtime_ms": 0.5} if place else {"generationtime_ms": 0.5}
            case "/v1/forecast":
                return REPORT
            case _:
                return 404


async def _main() -> None:
    async with WeatherServer() as server:
        print(f"ready {server.port}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
