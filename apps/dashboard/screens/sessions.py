"""Sessions: how many, how long, how often people come back."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.analytics import audience
from apps.core.texts import Text
from apps.notes import marks
from apps.shell.parts import BarChart, Figures, Part
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.time_parts import bucket_title, chart_of, step_rows, tiles_of
from apps.shell.visits import Visit

DURATION_TITLES = (
    gettext_lazy("0–10 s"),
    gettext_lazy("11–30 s"),
    gettext_lazy("31–60 s"),
    gettext_lazy("1–3 min"),
    gettext_lazy("3–10 min"),
    gettext_lazy("10–30 min"),
    gettext_lazy("30–60 min"),
    gettext_lazy("over 1 h"),
)
FREQUENCY_TITLES = (
    gettext_lazy("First session"),
    gettext_lazy("1–24 hours"),
    gettext_lazy("1 day"),
    gettext_lazy("2 days"),
    gettext_lazy("3 days"),
    gettext_lazy("4 days"),
    gettext_lazy("5 days"),
    gettext_lazy("6 days"),
    gettext_lazy("7 days"),
    gettext_lazy("8–14 days"),
    gettext_lazy("15–30 days"),
    gettext_lazy("over 30 days"),
)


def overview(visit: Visit) -> list[Part]:
    question = visit.question
    tree = audience.read(question)
    found = audience.summary(tree, question)
    titles = {
        "t": (_("Total sessions"), "count"),
        "n": (_("New sessions"), "count"),
        "u": (_("Unique sessions"), "count"),
        "d": (_("Time spent"), "duration"),
    }
    lines = audience.stepped(tree, question, tuple(titles))
    chart = chart_of(question, visit.choice.zone, lines, titles, marks.of_visit(visit))
    api = visit.api("/o/analytics/sessions")
    averages = {"time": (_("Average session"), "duration"), "requests": (_("Requests per user"), "decimal")}
    return [
        Figures(
            id="figures",
            title=_("Sessions"),
            tiles=tiles_of(found, titles, chart),
            chart=chart,
            bucket_title=bucket_title(question),
            api=api,
        ),
        Figures(
            id="averages", title=_("Averages"), tiles=tiles_of(found, averages), api=visit.api("/o/analytics/dashboard")
        ),
        Table(
            id="table",
            title=_("By date"),
            columns=[
                Column("step", bucket_title(question), "name", is_sortable=False),
                *(Column(name, title, kind) for name, (title, kind) in titles.items()),
            ],
            rows=step_rows(question, lines),
            is_searchable=False,
            api=api,
        ),
    ]


def bucket_parts(
    visit: Visit, *, kind: str, titles: Sequence[Text], title: str, first_column: str, api: str
) -> list[Part]:
    """A bar chart and a table of sessions by bucket. Plugins that count sessions in buckets use it as well."""
    tree = audience.read(visit.question)
    rows = audience.buckets(tree, visit.question.period, kind, len(titles))
    sessions = _("Number of sessions")
    return [
        BarChart(
            id="buckets",
            title=title,
            labels=[str(name) for name in titles],
            series=[{"title": sessions, "values": [row["t"] for row in rows]}],
            label_title=first_column,
            api=api,
        ),
        Table(
            id="table",
            title=first_column,
            columns=[
                Column("title", first_column, "name", is_sortable=False),
                Column("t", sessions),
                Column("percent", pgettext("part of the whole", "Share"), "bar"),
            ],
            rows=[{**row, "title": str(titles[row["bucket"]]), "_key": row["bucket"]} for row in rows],
            is_searchable=False,
            size=25,
            api=api,
        ),
    ]


def durations(visit: Visit) -> list[Part]:
    return bucket_parts(
        visit,
        kind="ds",
        titles=DURATION_TITLES,
        title=_("Sessions by duration"),
        first_column=_("Session duration"),
        api=visit.api("/o/analytics/durations"),
    )


def frequency(visit: Visit) -> list[Part]:
    return bucket_parts(
        visit,
        kind="f",
        titles=FREQUENCY_TITLES,
        title=_("Sessions by the time since the last one"),
        first_column=_("Time since last session"),
        api=visit.api("/o/analytics/frequency"),
    )


def _screen(
    name: str, path: str, title: Text, build: Callable[[Visit], list[Part]], *, has_steps: bool = False
) -> Screen:
    route = f"applications/<str:application_id>/sessions{path}"
    return Screen(name=name, route=route, title=title, build=build, has_steps=has_steps)


SESSIONS = _screen("sessions", "", gettext_lazy("Sessions"), overview, has_steps=True)
DURATIONS = _screen("session_durations", "/durations", gettext_lazy("Session durations"), durations)
FREQUENCY = _screen("session_frequency", "/frequency", gettext_lazy("Session frequency"), frequency)
