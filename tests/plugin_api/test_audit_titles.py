"""Every action that the code can record has a title that people read in its place."""

import ast
import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from apps.plugin_api import audit

ROOT = Path(__file__).resolve().parents[2]
#: Functions that record an action, and those of a module that do it for their module.
RECORDING = {"record", "_record", "note", "_note", "recorded", "_tell"}
NO_ACTIONS = {"cc", "cty"}  # of `Changes.note` in aggregation


def sources() -> Iterator[Path]:
    for folder in ("apps", "plugins"):
        yield from (file for file in (ROOT / folder).rglob("*.py") if "tests" not in file.parts)


def texts_of(node: ast.expr, names: Mapping[str, Any]) -> set[str]:
    """What an argument may be: a text, a name for one, one of several."""
    if isinstance(node, ast.IfExp):
        return texts_of(node.body, names) | texts_of(node.orelse, names)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        return texts_of(node.func.value, names) | {text for one in node.args[1:] for text in texts_of(one, names)}
    if isinstance(node, ast.Subscript):
        return texts_of(node.value, names)
    if not isinstance(node, ast.Constant | ast.Name | ast.Attribute | ast.JoinedStr):
        return set()
    try:
        value = eval(compile(ast.Expression(node), "<argument>", "eval"), dict(names))
    except (NameError, AttributeError):  # an argument of the function that records it
        return set()
    if isinstance(value, Mapping):
        return {text for text in value.values() if isinstance(text, str)}
    return {value} if isinstance(value, str) else set()


def actions() -> dict[str, str]:
    """Action -> a place that records it."""
    found: dict[str, str] = {}
    for file in sources():
        path = file.relative_to(ROOT)
        calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
        recording = [call for call in calls if name_of(call.func) in RECORDING]
        names = vars(importlib.import_module(".".join(path.with_suffix("").parts))) if recording else {}
        for call in recording:
            for action in next((texts for one in call.args[:2] if (texts := texts_of(one, names))), set()):
                found[action] = f"{path}:{call.lineno}"
    return found


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@pytest.mark.django_db  # of what plugins add it is asked whether they are on
def test_every_recorded_action_has_a_title():
    recorded = {action: where for action, where in actions().items() if action not in NO_ACTIONS}
    known = {"app_created", "app_reset", "reports_deleted", "widget_added", "plugin_consolidate_config_updated"}
    assert known <= recorded.keys()
    assert {action: where for action, where in recorded.items() if audit.ACTIONS.get(action) is None} == {}
