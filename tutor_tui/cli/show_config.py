"""`tutor-tui config`: the settings and where each comes from, where their file is, and its JSON Schema."""

from __future__ import annotations

from tutor_tui.app.configured import configure
from tutor_tui.cli.output import table
from tutor_tui.config.command_line import Options
from tutor_tui.config.load import Configuration, SettingRow, settings_table
from tutor_tui.config.log_file import start_log
from tutor_tui.config.paths import find_folders, shown
from tutor_tui.config.schema import schema_text
from tutor_tui.core.problems import ExitCode
from tutor_tui.core.safe_text import printable_line
from tutor_tui.core.settings import KEY_VARIABLES


def show_config(options: Options) -> int:
    """Print what was asked for of the configuration. Raises `Problem`."""
    match options.config_part:
        case "path":
            print(find_folders().config_file)
        case "schema":
            print(schema_text(), end="")
        case "settings":
            start_log(options.log_file)
            _print_settings(configure(options))
    return int(ExitCode.OK)


def _print_settings(configuration: Configuration) -> None:
    key = configuration.key
    rows = list(settings_table(configuration))
    is_set = key is not None and not key.is_blank
    variable = KEY_VARIABLES[configuration.settings.tutor.dialect][0]
    origin = str(key.origin) if key and is_set else ""
    rows.append(SettingRow(variable, "set (not shown)" if is_set else "not set", origin))
    for line in table(("SETTING", "VALUE", "FROM"), rows):
        print(line)
    for sentence in (*configuration.start_folder_notices, *configuration.open_files):
        print(f"\n{printable_line(sentence)}")
    if configuration.start_folder_hint:
        print(printable_line(configuration.start_folder_hint))
    file = configuration.folders.config_file
    print(f"\nSettings file: {printable_line(shown(file))}{'' if file.exists() else ' (there is none yet)'}")
