"""Crashes on the home page, on dashboards, and in reports."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.analytics import audience, periods
from apps.analytics.questions import Question, ask
from apps.applications.info import ApplicationInfo
from apps.core.texts import Text
from apps.shell.charts import Series, time_chart
from apps.shell.figures import change_text, exactly
from apps.shell.parts import Figures as FigureTiles
from apps.shell.parts import Part, Tile, TimeChart, tile_of
from apps.shell.time_parts import bucket_title, steps_of
from apps.shell.visits import Visit
from plugins.crashes import figures

METRICS: dict[str, tuple[Text, str]] = {
    "crf": (gettext_lazy("Fatal crashes"), "count"),
    "crnf": (gettext_lazy("Nonfatal crashes"), "count"),
    "cruf": (gettext_lazy("Unique fatal crashes"), "count"),
    "crunf": (gettext_lazy("Unique nonfatal crashes"), "count"),
    "cr": (gettext_lazy("Crashes"), "count"),
    "cru": (gettext_lazy("Unique crashes"), "count"),
    "per_session": (gettext_lazy("Crashes per session"), "decimal"),
    "crau": (gettext_lazy("Crash-free users"), "percent"),
    "crinv": (gettext_lazy("Crash-free sessions"), "percent"),
}
BETTER_HIGHER = ("crau", "crinv")
TIME_SERIES, NUMBER = "time-series", "number"
VISUALIZATIONS: dict[str, Text] = {TIME_SERIES: gettext_lazy("Over time"), NUMBER: gettext_lazy("Numbers")}
Applications = list[ApplicationInfo]


def tiles(found: figures.Figures, names: Iterable[str] = tuple(figures.KINDS), before: str = "") -> list[Tile]:
    """`before`: id and title of each begin with it."""
    shown = []
    for name in names:
        title, kind = METRICS[name]
        row = found.summary[name]
        shown.append(
            tile_of(
                f"{before}-{name}" if before else name,
                f"{before}: {title}" if before else str(title),
                row,
                "total" if kind == "count" else kind,
                note="" if row.get("is_known", True) else _("no sessions"),
                is_better_lower=name not in BETTER_HIGHER,
            )
        )
    return shown


def home(application: ApplicationInfo, period: Any) -> Mapping[str, Any]:
    return {"tiles": tiles(figures.read(ask(application, period)))}


#: What reports say.
OF_REPORT = ("cr", "cru", "crf", "crnf", "crau", "crinv")


def of_report(application: ApplicationInfo, period: Any) -> Mapping[str, Any]:
    """Rows of title, value and change; a share of nobody is no value."""
    summary = figures.read(ask(application, period)).summary
    rows = []
    for name in OF_REPORT:
        row, (title, kind) = summary[name], METRICS[name]
        value = exactly(row["total"], kind) if row.get("is_known", True) else "–"
        rows.append({"title": str(title), "value": value, "change": change_text(row)})
    return {"rows": rows}


def check(widget: Mapping[str, Any]) -> None:
    """Raises ValueError."""
    if widget.get("visualization") not in VISUALIZATIONS:
        raise ValueError(_("Crashes are shown as a number or over time."))
    metrics = widget.get("metrics")
    if not isinstance(metrics, list) or not metrics or not all(name in METRICS for name in metrics):
        raise ValueError(_("Choose at least one figure of crashes."))


def dashboard(widget: Mapping[str, Any], applications: Applications) -> dict[str, Any]:
    """By application: for a number the total, its change and trend; over time a value per step."""
    chosen = _chosen(widget)
    answer = {}
    for application in applications:
        question, found = _read(widget, application)
        if widget.get("visualization") == NUMBER:
            answer[application.id] = {name: _number(found.summary[name]) for name in chosen}
        else:
            steps = audience.step_names(question.period)
            answer[application.id] = {
                step: {name: found.lines[name][0][index] for name in chosen} for index, step in enumerate(steps)
            }
    return answer


def dashboard_part(widget: Mapping[str, Any], applications: Applications, visit: Visit) -> Part:
    chosen, several = _chosen(widget), len(applications) > 1
    read = [(application, *_read(widget, application, visit)) for application in applications]
    if widget.get("visualization") == NUMBER:
        shown = [tile for one, _question, found in read for tile in tiles(found, chosen, one.name if several else "")]
        return FigureTiles(id="", tiles=shown)
    question = read[0][1]
    zone = "UTC" if isinstance(periods.parse(_period(widget)), list) else question.application.timezone
    steps = steps_of(question, zone)
    count = len(steps.labels)
    series = [
        Series(
            f"{one.id}-{name}",
            f"{one.name}: {METRICS[name][0]}" if several else str(METRICS[name][0]),
            audience.padded(found.lines[name][0], count),
            audience.padded(found.lines[name][1], count),
            METRICS[name][1],
        )
        for one, _question, found in read
        for name in chosen
    ]
    chart = time_chart(steps, series, now_ms=question.now_ms)
    return TimeChart(id="", data=chart, bucket_title=bucket_title(question))


def _chosen(widget: Mapping[str, Any]) -> list[str]:
    return [name for name in widget.get("metrics") or () if name in METRICS] or ["crf"]


def _period(widget: Mapping[str, Any]) -> Any:
    return widget.get("custom_period") or periods.DEFAULT_PERIOD


def _read(
    widget: Mapping[str, Any], application: ApplicationInfo, visit: Visit | None = None
) -> tuple[Question, figures.Figures]:
    question = ask(application, _period(widget), compare=visit.choice.compare if visit else "")
    return question, figures.read(question)


def _number(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("total", "prev-total", "change", "trend")}
