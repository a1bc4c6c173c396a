"""Lines of applications, or of events, in one chart, and their totals in one table."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import access
from apps.analytics import audience, event_figures, queries
from apps.analytics.questions import Question, ask
from apps.core.texts import Text
from apps.shell.charts import Series, time_chart
from apps.shell.parts import Block, Empty, Part, TimeChart
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.time_parts import bucket_title, steps_of
from apps.shell.visits import Visit

LINES = 8
OF_APPLICATIONS: dict[str, tuple[Text, str]] = {
    "t": (gettext_lazy("Sessions"), "count"),
    "u": (gettext_lazy("Users"), "count"),
    "n": (gettext_lazy("New users"), "count"),
    "d": (gettext_lazy("Time spent"), "duration"),
}
OF_EVENTS: dict[str, tuple[Text, str]] = {
    "c": (gettext_lazy("Count"), "count"),
    "s": (gettext_lazy("Sum"), "decimal"),
    "dur": (gettext_lazy("Duration"), "duration"),
}


def applications(visit: Visit) -> list[Part]:
    readable = {one.id: one for one in access.readable_applications(visit.member)}
    names = {application_id: one.name for application_id, one in readable.items()}
    chosen = _chosen(visit, "apps", list(names), first=visit.application.id)
    measure = _measure(visit, OF_APPLICATIONS)
    rows, lines = [], []
    for application_id in chosen:
        # Each in its own zone: a day is the day of its own users.
        question = ask(
            readable[application_id], visit.choice.key, step=visit.question.step, now_ms=visit.question.now_ms
        )
        tree = audience.read(question)
        found = audience.summary(tree, question)
        rows.append(
            {
                "name": names[application_id],
                "_key": application_id,
                **{counter: found[counter]["total"] for counter in OF_APPLICATIONS},
                "time": found["time"]["total"],
            }
        )
        current, _before = audience.stepped(tree, question, [measure])[measure]
        lines.append(Series(application_id, names[application_id], current, kind=OF_APPLICATIONS[measure][1]))
    columns = [
        Column("name", _("Application"), "name"),
        *(Column(counter, str(title), kind) for counter, (title, kind) in OF_APPLICATIONS.items()),
        Column("time", _("Time per session"), "duration"),
    ]
    api = visit.api("/o/compare/apps", apps=_json(chosen))
    return _side_by_side(
        visit, _chooser(visit, "apps", names, chosen, OF_APPLICATIONS, measure), lines, columns, rows, api
    )


def events(visit: Visit) -> list[Part]:
    question = visit.question
    keys = queries.event_keys(visit.application.id)
    names = {**{key: key for key in keys}, **event_figures.group_names(visit.application.id)}
    if not names:
        return [
            Empty(
                id="none",
                icon="events",
                title=_("No custom events yet"),
                text=_("They can be compared as soon as an SDK has sent some."),
            )
        ]
    chosen = _chosen(visit, "events", list(names))
    measure = _measure(visit, OF_EVENTS)
    rows, lines = [], []
    for event in chosen:
        tree = event_figures.read(question, event)
        found = event_figures.summary(tree, question)
        rows.append(
            {"name": names[event], "_key": event, **{counter: found[counter]["total"] for counter in OF_EVENTS}}
        )
        current, _before = event_figures.lines(tree, question)[measure]
        lines.append(Series(event, names[event], current, kind=OF_EVENTS[measure][1]))
    columns = [
        Column("name", _("Event"), "name"),
        *(Column(counter, str(title), kind) for counter, (title, kind) in OF_EVENTS.items()),
    ]
    api = visit.api("/o/compare/events", events=_json(chosen))
    return _side_by_side(visit, _chooser(visit, "events", names, chosen, OF_EVENTS, measure), lines, columns, rows, api)


def _side_by_side(
    visit: Visit,
    chooser: Part,
    lines: Sequence[Series],
    columns: list[Column],
    rows: Sequence[Mapping[str, Any]],
    api: str,
) -> list[Part]:
    question: Question = visit.question
    chart = time_chart(steps_of(question, visit.choice.zone), lines, now_ms=question.now_ms)
    return [
        chooser,
        TimeChart(id="chart", title=_("Over time"), data=chart, bucket_title=bucket_title(question), api=api),
        Table(id="table", title=_("Totals"), columns=columns, rows=rows, sort=f"-{columns[1].key}", api=api),
    ]


def _chooser(
    visit: Visit,
    parameter: str,
    names: Mapping[str, str],
    chosen: Sequence[str],
    measures: Mapping[str, tuple[Text, str]],
    measure: str,
) -> Part:
    return Block(
        id="chooser",
        file="compare/chooser.html",
        values={
            "options": [
                {
                    "name": name,
                    "is_chosen": key in chosen,
                    "link": visit.address.link({parameter: ",".join(_toggled(chosen, key)), "page": None}),
                }
                for key, name in names.items()
            ],
            "count": len(chosen),
            "measures": [
                {"name": title, "link": visit.address.link({"measure": key}), "is_current": key == measure}
                for key, (title, _kind) in measures.items()
            ],
        },
    )


def _chosen(visit: Visit, parameter: str, known: Sequence[str], first: str = "") -> list[str]:
    """Those of the address that exist, in its order; without any the first ones, the application at hand before all."""
    asked = [key for key in visit.address.get(parameter).split(",") if key in known]
    if asked:
        return list(dict.fromkeys(asked))[:LINES]
    return [*([first] if first in known else []), *(key for key in known if key != first)][: LINES // 2]


def _toggled(chosen: Sequence[str], key: str) -> list[str]:
    """The last one stays: a chart of nothing helps nobody."""
    if key not in chosen:
        return [*chosen, key][-LINES:]
    return [other for other in chosen if other != key] or list(chosen)


def _measure(visit: Visit, known: Mapping[str, Any]) -> str:
    asked = visit.address.get("measure")
    return asked if asked in known else next(iter(known))


def _json(keys: Sequence[str]) -> str:
    return "[" + ",".join(f'"{key}"' for key in keys) + "]"


APPLICATIONS = Screen(
    name="compare",
    route="applications/<str:application_id>/compare",
    title=gettext_lazy("Compare applications"),
    feature="compare",
    shows_without_data=True,
    build=applications,
    has_steps=True,
)
EVENTS = Screen(
    name="compare_events",
    route="applications/<str:application_id>/events/compare",
    title=gettext_lazy("Compare events"),
    feature="compare",
    build=events,
    has_steps=True,
)
