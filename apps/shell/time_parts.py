"""From answers of the analytics room to the parts of screens that show time."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from apps.analytics import audience, grouping
from apps.analytics.questions import Question
from apps.shell import charts
from apps.shell.charts import Series, Steps
from apps.shell.parts import Tile, tile_of

BUCKET_TITLES = {
    "hour": gettext_lazy("Hour"),
    "day": gettext_lazy("Day"),
    "week": gettext_lazy("Week"),
    "month": gettext_lazy("Month"),
}
#: How addresses name what counters call by a letter.
NAMES = {"t": "sessions", "u": "users", "n": "new_users", "r": "returning", "d": "time", "c": "count", "s": "sum"}
Lines = Mapping[str, tuple[Sequence[Any], Sequence[Any]]]  # counter -> this period, the one before
Titles = Mapping[str, tuple[str, str]]  # counter -> title and kind (see figures.SHORT), in the order of the chart


def steps_of(question: Question, zone: str) -> Steps:
    period, names = question.period, audience.step_names(question.period)
    if not question.step:
        return Steps(names, period.unit, period.start_ms, period.end_ms, zone)
    groups = grouping.groups(period, question.step)
    return Steps(
        [charts.label_of(group.first, question.step) for group in groups],
        question.step,
        period.start_ms,
        period.end_ms,
        zone,
        spans=[(group.first, group.last) for group in groups],
        groups={names[day]: index for index, group in enumerate(groups) for day in range(group.start, group.end)},
    )


def bucket_title(question: Question) -> str:
    return str(BUCKET_TITLES[question.unit])


def series_of(lines: Lines, titles: Titles) -> list[Series]:
    return [
        Series(name_of(counter), title, lines[counter][0], lines[counter][1], kind)
        for counter, (title, kind) in titles.items()
    ]


def tiles_of(
    summary: Mapping[str, Mapping[str, Any]],
    titles: Titles,
    chart: Mapping[str, Any] | None = None,
    notes: Mapping[str, str] | None = None,
) -> list[Tile]:
    """A tile per counter; with the chart that belongs to them each has its sparkline and chooses its line."""
    return [
        tile_of(
            name_of(counter),
            title,
            summary[counter],
            "total" if kind == "count" else kind,
            sparkline=sparkline_of(chart, counter) if chart else (),
            note=(notes or {}).get(counter, ""),
        )
        for counter, (title, kind) in titles.items()
    ]


def chart_of(question: Question, zone: str, lines: Lines, titles: Titles, notes: Sequence[Any] = ()) -> dict[str, Any]:
    steps = steps_of(question, zone)
    return charts.time_chart(steps, series_of(lines, titles), now_ms=question.now_ms, notes=notes)


def name_of(counter: str) -> str:
    """The id of the series and tile of a counter."""
    return NAMES.get(counter, counter)


def sparkline_of(chart: Mapping[str, Any], counter: str) -> list[Any]:
    """Of a chart the finished steps of a series."""
    line = next(line for line in chart["series"] if line["id"] == name_of(counter))
    return [value for value in line["current"][: chart["complete"]] if value is not None]


def step_rows(question: Question, lines: Lines) -> list[dict[str, Any]]:
    """Rows of a table with a date in front, the newest first, without what lies ahead."""
    steps = steps_of(question, question.application.timezone)
    begun = charts.elapsed_steps(steps, now_ms=question.now_ms)
    texts = steps.texts()
    return [
        {"step": texts[index], "_key": steps.labels[index], "_order": index}
        | {name: values[0][index] for name, values in lines.items()}
        for index in reversed(range(begun))
    ]
