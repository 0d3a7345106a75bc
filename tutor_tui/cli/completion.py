"""`tutor-tui completion SHELL`: a script by which a shell completes our commands, options and their values."""

from __future__ import annotations

import argparse
from typing import Any

from tutor_tui.cli.commands import COMMANDS
from tutor_tui.cli.options import OPTIONS
from tutor_tui.cli.parser import build_parser
from tutor_tui.config.command_line import Options
from tutor_tui.core.problems import ExitCode
from tutor_tui.core.settings import setting_fields
from tutor_tui.offline_server.tts.voices import VOICES

_PROFILE_NAMES = "tutor-tui profiles --names 2>/dev/null"
"""Asked at each completion: a learner's own profiles come and go."""
_ZSH_PROFILES = f"""_tutor_tui_profiles() {{
  compadd -- ${{(f)"$({_PROFILE_NAMES})"}}
}}"""
"""shtab itself would ask once, at the start of each shell."""


def completion(options: Options) -> int:
    """Print the script."""
    print(completion_script(options.shell))
    return int(ExitCode.OK)


def completion_script(shell: str) -> str:
    """What `shell` (bash, zsh or fish) has to read. It is made from the parser itself, so it cannot fall behind."""
    import shtab  # only for this command

    profiles: dict[str, Any] = shtab.cmd(_PROFILE_NAMES)
    profiles |= {"zsh": "_tutor_tui_profiles", "preamble": {**profiles["preamble"], "zsh": _ZSH_PROFILES}}
    completers: dict[str, Any] = {
        **dict.fromkeys(
            ("replay", "backup", "restore", "words FILE", "--log-file", "--record-wire", "--output", "--about"),
            shtab.FILE,
        ),
        "--prompts": shtab.DIRECTORY,
        **dict.fromkeys(("--profile", "--instructions"), profiles),
    }
    values = {field.full_name: field.choices for field in setting_fields()}
    values["--try"] = tuple(voice.name for voice in VOICES)

    def say_what_it_takes(name: str, action: argparse.Action) -> None:
        if completer := completers.get(name):
            action.complete = completer  # type: ignore[attr-defined]  # where shtab looks for it
        if not action.option_strings:
            action.help = COMMANDS[name.split()[0]].summary  # what has none is not completed
        elif choices := values.get(OPTIONS[name].setting or name) or OPTIONS[name].choices:
            action.choices = choices  # parsing leaves them to others, who say more when one is wrong

    return str(shtab.complete(build_parser(say_what_it_takes), shell))
