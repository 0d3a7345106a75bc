"""The settings file's JSON Schema (draft 2020-12), made from the settings, so that editors complete and check the file.

Taplo and Even Better TOML read the schema that a file's first line names: `#:schema PATH`, relative to the file. What
the schema accepts, `config.load` accepts. It is stricter in two things: what only the environment has to write as text
(a number in quotes, "yes") is marked as wrong, and so is a key for something that nobody can ask for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from tutor_tui.config.renamed import old_names
from tutor_tui.config.settings_file import KEYS
from tutor_tui.core.actions import ACTIONS, Action
from tutor_tui.core.setting_field import MOST_WHOLE, SettingField
from tutor_tui.core.settings import setting_fields

SCHEMA_FILE = "config.schema.json"
"""Beside the settings file."""
SCHEMA_LINE = f"#:schema ./{SCHEMA_FILE}"
"""The first line of a settings file that we begin."""


def settings_schema() -> dict[str, Any]:
    """What may stand in config.toml."""
    sections: dict[str, Any] = {}
    for section, fields in groupby(setting_fields(), key=lambda each: each.section):
        *outer, name = section.split(".")
        parent = sections[outer[0]]["properties"] if outer else sections
        parent[name] = _section({name: schema for each in fields for name, schema in _properties(each).items()})
    keys = _section({each.id: _key(each) for each in ACTIONS})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tutor-tui settings",
        **_section({**sections, KEYS: keys}),
    }


def schema_text() -> str:
    """The schema as the text of a file."""
    return json.dumps(settings_schema(), indent=2, ensure_ascii=False) + "\n"


def _section(properties: Mapping[str, object]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": dict(properties)}


def _properties(each: SettingField) -> dict[str, Any]:
    """The setting by its name, and by the names that it had before."""
    schema = _property(each)
    old = {"deprecated": True, "description": f"This is called {each.name} now."}
    return {each.name: schema} | {name.rpartition(".")[2]: schema | old for name in old_names(each.full_name)}


def _key(action: Action) -> dict[str, Any]:
    default = action.key or action.plain_key
    title = action.label or action.help
    return {"type": "string", "pattern": r"\S", "title": title, "description": action.help, "default": default}


def _property(each: SettingField) -> dict[str, Any]:
    described = {"title": each.label, "description": each.help_text, "default": each.default}
    if isinstance(each.default, bool):
        return {"type": "boolean", **described}
    if isinstance(each.default, int | float):
        limits = {"minimum": each.low, "maximum": each.high}
        range_of = {name: at for name, at in limits.items() if at is not None}
        kind = "integer" if isinstance(each.default, int) else "number"
        return {"type": kind, **({"anyOf": [{"const": 0}, range_of]} if each.zero_too else range_of), **described}
    if each.choices:
        # block_ms = 20 is as good as block_ms = "20".
        return {"enum": [*each.choices, *(int(word) for word in each.choices if word.isdecimal())], **described}
    if each.pattern:
        return {"type": "string", "pattern": f"^(?:{each.pattern})$", **described}
    return {"type": ["string", "integer"], "minimum": -MOST_WHOLE, "maximum": MOST_WHOLE, **described}
