"""All views: what they were visited, chosen ones over time, and a table of which people choose the columns."""

from collections.abc import Mapping, Sequence
from typing import Any

from bson import ObjectId
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.analytics import audience, computations, grouping
from apps.analytics.merging import Tree
from apps.analytics.periods import Period
from apps.analytics.questions import Question
from apps.core.texts import Text
from apps.dashboard.screens.technology import of_estimate
from apps.notes import marks
from apps.shell.charts import Series, time_chart
from apps.shell.parts import Block, Empty, Figures, Part, TimeChart
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.time_parts import bucket_title, steps_of
from apps.shell.visits import Visit
from plugins.views import documents, heat_maps, queries, widgets
from plugins.views.queries import Figures as ViewFigures
from plugins.views.queries import Name
from plugins.views.removal import registry

LINES = 8
LINES_AT_FIRST = 4
LISTED = 200  # views in the menu of the chart; the table has all of them
#: What a line may show: title, kind, and the counters of which it is a quotient.
MEASURES: dict[str, tuple[Text, str]] = {
    "t": (gettext_lazy("Visits"), "count"),
    "u": (gettext_lazy("Users"), "count"),
    "n": (gettext_lazy("New users"), "count"),
    "time": (gettext_lazy("Average time"), "duration"),
    "s": (gettext_lazy("Entries"), "count"),
    "e": (gettext_lazy("Exits"), "count"),
    "b": (gettext_lazy("Bounces"), "count"),
    "uvc": (gettext_lazy("Unique views"), "count"),
}
COLUMNS: dict[str, tuple[Text, str]] = {
    "u": (gettext_lazy("Users"), "count"),
    "n": (gettext_lazy("New users"), "count"),
    "t": (gettext_lazy("Visits"), "count"),
    "time": (gettext_lazy("Average time"), "duration"),
    "s": (gettext_lazy("Entries"), "count"),
    "e": (gettext_lazy("Exits"), "count"),
    "b": (gettext_lazy("Bounces"), "count"),
    "br": (gettext_lazy("Bounce rate"), "percent"),
    "scroll": (gettext_lazy("Average scroll"), "percent"),
    "uvc": (gettext_lazy("Unique views"), "count"),
}
SHOWN_AT_FIRST = ("u", "n", "t", "time", "s", "e", "br")


def build(visit: Visit) -> list[Part]:
    question, application_id = visit.question, visit.application.id
    if not queries.number_of_names(application_id):
        return [
            Empty(
                id="none",
                icon="views",
                title=_("No views yet"),
                text=_("Pages and screens appear here as soon as an SDK has sent some."),
            )
        ]
    segments = documents.segments_of(registry(application_id))
    segment, value = chosen_segment(visit, segments)
    units = queries.units_of(question.period, question.now_ms)
    everybody = audience.summary(audience.read(question), question)["u"]["total"]
    found = queries.at_most(everybody, queries.figures(application_id, units, segment, value))
    earlier = queries.units_of(question.period, question.now_ms, previous=True)
    before = queries.figures(application_id, earlier, segment, value)
    names = queries.names(application_id)
    shown = {view: one for view, one in found.items() if view in names}
    ranked = sorted(shown, key=lambda view: (-shown[view].counters["t"], names[view].shown))
    chosen = chosen_views(visit, ranked)
    segment_asked = {"segment": segment or None, "segmentVal": value or None}
    return [
        _choices(visit, segments, segment, value),
        _summary(visit, shown.values(), before.values()),
        _chart_choice(visit, ranked, chosen, names),
        _chart(visit, chosen, names, segment, value),
        _table(visit, shown, names, segment_asked, of_estimate(is_estimate=question.period.is_special)),
    ]


# What the address says --------------------------------------------------------------------------------------------
def chosen_segment(visit: Visit, segments: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    segment, value = visit.address.get("segment"), visit.address.get("value")
    return (segment, value) if value in segments.get(segment, ()) else (documents.NO_SEGMENT, "")


def chosen_views(visit: Visit, ranked: Sequence[ObjectId]) -> list[ObjectId]:
    known = {str(view): view for view in ranked}
    asked = [known[text] for text in visit.address.get("views").split(",") if text in known]
    return list(dict.fromkeys(asked))[:LINES] or list(ranked[:LINES_AT_FIRST])


def chosen_measure(visit: Visit) -> str:
    asked = visit.address.get("measure")
    return asked if asked in MEASURES else next(iter(MEASURES))


def _toggled(chosen: Sequence[str], key: str) -> list[str]:
    """The last one stays."""
    return [*chosen, key] if key not in chosen else [one for one in chosen if one != key] or list(chosen)


# Parts -------------------------------------------------------------------------------------------------------------
def _choices(visit: Visit, segments: Mapping[str, Sequence[str]], segment: str, value: str) -> Part:
    link = visit.address.link
    return Block(
        id="choices",
        file="views/choices.html",
        values={
            "segment_title": f"{segment}: {value}" if segment else _("All visits"),
            "segments": [
                {
                    "title": _("All visits"),
                    "link": link({"segment": None, "value": None, "page": None}),
                    "is_current": not segment,
                },
                *(
                    {
                        "title": f"{name}: {one}",
                        "link": link({"segment": name, "value": one, "page": None}),
                        "is_current": (name, one) == (segment, value),
                    }
                    for name, values in sorted(segments.items())
                    for one in sorted(values)
                ),
            ],
        },
    )


def _summary(visit: Visit, now: Any, before: Any) -> Part:
    return Figures(
        id="figures",
        title=_("All views"),
        tiles=widgets.tiles(now, before),
        api=visit.api("/o", method="views", action="getTotals"),
    )


def _chart(
    visit: Visit,
    chosen: Sequence[ObjectId],
    names: Mapping[ObjectId, Name],
    segment: str,
    value: str,
) -> Part:
    question, measure = visit.question, chosen_measure(visit)
    line = _line_of_groups if question.step else _line
    trees = queries.trees(visit.application.id, chosen, question.period, segment, step=question.step)
    lines = [
        Series(str(view), names[view].shown, *line(trees[view], question, measure, value), MEASURES[measure][1])
        for view in chosen
    ]
    notes = marks.of_visit(visit)
    selected = "[" + ",".join(f'{{"view":"{view}"}}' for view in chosen) + "]"
    return TimeChart(
        id="chart",
        title=str(MEASURES[measure][0]),
        hint=of_estimate(is_estimate=measure == "u" and bool(question.step)),
        data=time_chart(steps_of(question, visit.choice.zone), lines, now_ms=question.now_ms, notes=notes),
        bucket_title=bucket_title(question),
        api=visit.api("/o", method="views", selectedViews=selected, segment=segment or None),
    )


def _line_of_groups(tree: Tree, question: Question, measure: str, value: str) -> tuple[list[Any], list[Any]]:
    """Of the weeks or months of the period and of those before."""

    def count(part: Period) -> int | float:
        return measured(queries.figures_of_part(tree, part, question.now_ms, value), measure)

    return grouping.counted(question.period, question.step, count, now_ms=question.now_ms)


def measured(found: ViewFigures, measure: str) -> int | float:
    special = {"u": found.users, "time": found.seconds}
    return special[measure] if measure in special else found.counters[measure]


def _line(tree: Tree, question: Question, measure: str, value: str) -> tuple[list[Any], list[Any]]:
    """Of the steps of the period and of those before."""
    period = question.period
    count = len(computations.step_keys(period))
    below = (value,) if value else ()

    def values(*, previous: bool) -> list[Any]:
        nodes = [computations.node_at(tree, key, *below) for key in computations.step_keys(period, previous=previous)]
        if measure == "time":
            return [queries.quotient(computations.number(node, "d"), computations.number(node, "t")) for node in nodes]
        return [computations.number(node, measure) for node in nodes]

    return values(previous=False), audience.padded(values(previous=True), count)


def _chart_choice(
    visit: Visit, ranked: Sequence[ObjectId], chosen: Sequence[ObjectId], names: Mapping[ObjectId, Name]
) -> Part:
    link, current = visit.address.link, [str(view) for view in chosen]
    measure = chosen_measure(visit)
    return Block(
        id="chart-choice",
        file="views/chart_choice.html",
        values={
            "count": len(current),
            "options": [
                {
                    "name": names[view].shown,
                    "is_chosen": str(view) in current,
                    "link": link({"views": ",".join(_toggled(current, str(view))[-LINES:])}),
                }
                for view in ranked[:LISTED]
            ],
            "measure": MEASURES[measure][0],
            "measures": [
                {"name": title, "link": link({"measure": key}), "is_current": key == measure}
                for key, (title, _kind) in MEASURES.items()
            ],
        },
    )


def row_of(name: Name, found: ViewFigures) -> dict[str, Any]:
    return {
        "_key": str(name.id),
        "view": name.shown,
        "u": found.users,
        **found.counters,
        "time": found.seconds,
        "br": round(found.bounce_rate, 1),
        "scroll": round(found.scrolled, 1),
    }


def _table(
    visit: Visit,
    found: Mapping[ObjectId, ViewFigures],
    names: Mapping[ObjectId, Name],
    segment_asked: Mapping[str, str | None],
    hint: str,
) -> Part:
    with_map = set(heat_maps.views_with_actions(visit.application.id))
    maps = reverse("heat_map", args=[visit.application.id])
    rows = []
    for view, one in found.items():
        row = row_of(names[view], one)
        if names[view].url in with_map:
            row["_href"] = f"{maps}{visit.period_query_with(view=names[view].url)}"
        rows.append(row)
    return Table(
        id="table",
        title=_("Views"),
        columns=[
            Column("view", pgettext("noun", "View"), "name"),
            *(Column(key, str(title), kind, is_shown=key in SHOWN_AT_FIRST) for key, (title, kind) in COLUMNS.items()),
        ],
        rows=rows,
        sort="-t",
        hint=hint,
        search_title=_("Find a view"),
        api=visit.api("/o", method="views", action="getTable", **segment_asked),
    )


VIEWS = Screen(
    name="views",
    route="applications/<str:application_id>/views",
    title=gettext_lazy("Views"),
    feature="views",
    build=build,
    has_steps=True,
)
