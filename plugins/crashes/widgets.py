"""Crashes on the home page, and on dashboards."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.analytics import computations, periods
from apps.analytics.questions import ask
from apps.applications.info import ApplicationInfo
from apps.shell.parts import Tile, tile_of
from plugins.crashes import figures, queries

METRICS = ("crf", "crnf", "cruf", "crunf", *figures.KINDS)
VISUALIZATIONS = ("time-series", "number")


def tiles(found: figures.Figures) -> list[Tile]:
    titles = {
        "cr": _("Crashes"),
        "cru": _("Unique crashes"),
        "per_session": _("Crashes per session"),
        "crau": _("Crash-free users"),
        "crinv": _("Crash-free sessions"),
    }
    shown = []
    for name, title in titles.items():
        row, kind = found.summary[name], figures.KINDS[name]
        note = "" if row["is_known"] else _("no sessions")
        is_better_lower = name not in ("crau", "crinv")
        shown.append(
            tile_of(name, title, row, "total" if kind == "count" else kind, note=note, is_better_lower=is_better_lower)
        )
    return shown


def home(application: ApplicationInfo, period: Any) -> Mapping[str, Any]:
    return {"tiles": tiles(figures.read(ask(application, period)))}


def check(widget: Mapping[str, Any]) -> None:
    """Raises ValueError."""
    if widget.get("visualization") not in VISUALIZATIONS:
        raise ValueError(_("Crashes are shown as a number or over time."))
    metrics = widget.get("metrics")
    if not isinstance(metrics, list) or not metrics or not all(name in METRICS for name in metrics):
        raise ValueError(_("Choose at least one figure of crashes."))


def dashboard(widget: Mapping[str, Any], applications: list[ApplicationInfo]) -> dict[str, Any]:
    """By application: for a number the total, its change and trend; over time a value per step."""
    chosen = [name for name in widget.get("metrics") or () if name in METRICS] or ["crf"]
    found = {}
    for application in applications:
        question = ask(application, widget.get("custom_period") or periods.DEFAULT_PERIOD)
        read = figures.read(question)
        if widget.get("visualization") == "number":
            found[application.id] = {name: _number(read.summary[name]) for name in chosen}
        else:
            tree = queries.counters(application.id, question.period)
            counters = [name for name in chosen if name not in figures.KINDS]
            rows = computations.steps(tree, question.period, counters)
            found[application.id] = {
                row["_id"]: {name: row[name] if name in row else read.lines[name][0][index] for name in chosen}
                for index, row in enumerate(rows)
            }
    return found


def _number(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("total", "prev-total", "change", "trend")}
