"""Plays scripted learners against a model: `python -m tests.evals --model NAME`.

Any chat endpoint with OpenAI's API will do. The exit code is 1 if a computed rule is broken, 2 if the run could not be
made, and what a judge thinks changes nothing about it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import httpx
from rich.console import Console

from tests.evals.judging import judged
from tests.evals.playing import play
from tests.evals.results import Result, as_json, checked, print_results
from tests.evals.scenarios import Scenario, all_scenarios
from tutor_tui.core.problems import ExitCode, Problem
from tutor_tui.core.settings import OPENAI_BASE_URL
from tutor_tui.openai_api import http_client
from tutor_tui.openai_api.chat import ChatClient
from tutor_tui.openai_api.services import Service

AT_ONCE = 4
PATIENCE_S = 60.0
NO_JUDGE = "none"


def main(argv: Sequence[str] | None = None) -> int:
    """Run it; returns the exit code."""
    options = _parser().parse_args(argv)
    try:
        return asyncio.run(run(options, os.environ))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return int(ExitCode.USAGE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.evals", description="Scripted learners against a model.")
    parser.add_argument("--model", required=True, help="the tutor's model")
    parser.add_argument("--base-url", default=OPENAI_BASE_URL, help="the chat service, as a rule ending in /v1")
    parser.add_argument("--key-env", default="OPENAI_API_KEY", help="the variable with its key")
    parser.add_argument("--insecure", action="store_true", help="allow http:// to other machines")
    parser.add_argument("--judge", help=f"the model that judges ({NO_JUDGE}: no one; default: the tutor's own)")
    parser.add_argument("--profile", nargs="+", default=[], metavar="P", help="only the learners of these profiles")
    parser.add_argument("--scenario", nargs="+", default=[], metavar="S", help="only these learners")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there, transcripts included")
    parser.add_argument("--show", action="store_true", help="print the transcripts, too")
    return parser


async def run(options: argparse.Namespace, environ: Mapping[str, str], console: Console | None = None) -> int:
    """Play, check, judge and print. Raises `Problem` when the service does not answer."""
    scenarios = chosen(options.profile, options.scenario)
    key = environ.get(options.key_env, "")
    service = Service(options.base_url, options.model, key, insecure=options.insecure)
    async with http_client.client(PATIENCE_S) as http:
        results = await _results(http, service, options.judge or options.model, scenarios)
    print_results(console or Console(), results, show=options.show)
    if options.json:
        text = json.dumps(as_json(options.model, results), ensure_ascii=False, indent=1)
        options.json.write_text(text, encoding="utf-8")
    return 1 if any(result.broken for result in results) else 0


def chosen(profiles: Sequence[str], names: Sequence[str]) -> list[Scenario]:
    """The learners that are asked for. Raises `Problem` where there is none."""
    everyone = all_scenarios()
    unknown = [*({*names} - {*everyone}), *({*profiles} - {each.profile for each in everyone.values()})]
    if unknown:
        raise Problem(
            f"No learner and no learner's profile is called {unknown[0]!r}.", f"There are: {', '.join(everyone)}."
        )
    found = [
        each
        for each in everyone.values()
        if (not profiles or each.profile in profiles) and (not names or each.name in names)
    ]
    if not found:
        raise Problem("None of these learners belongs to these profiles.", "Leave one of the two out.")
    return found


async def _results(
    http: httpx.AsyncClient, service: Service, judge_model: str, scenarios: Sequence[Scenario]
) -> list[Result]:
    """A few at once, in the order of the file."""
    judge = None if judge_model == NO_JUDGE else ChatClient(http, replace(service, model=judge_model))
    room = asyncio.Semaphore(AT_ONCE)

    async def result(scenario: Scenario) -> Result:
        async with room:
            talk = await play(http, service, scenario)
            return replace(checked(talk), points=await judged(judge, talk) if judge else None)

    return await asyncio.gather(*map(result, scenarios))


if __name__ == "__main__":
    sys.exit(main())
