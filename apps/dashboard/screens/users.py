"""User analytics: all, new and returning users over time."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.analytics import audience
from apps.notes import marks
from apps.shell.parts import Figures, Part, TimeChart
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.time_parts import bucket_title, chart_of, step_rows, tiles_of
from apps.shell.visits import Visit


def build(visit: Visit) -> list[Part]:
    question = visit.question
    tree = audience.read(question)
    found = audience.summary(tree, question)
    lines = audience.stepped(tree, question, ("u", "n"))
    lines["r"] = audience.returning(lines)
    titles = {
        "u": (_("Total users"), "count"),
        "n": (_("New users"), "count"),
        "r": (_("Returning users"), "count"),
    }
    chart = chart_of(question, visit.choice.zone, lines, titles, marks.of_visit(visit))
    api = visit.api("/o", method="users")
    return [
        Figures(
            id="figures",
            title=_("Users"),
            tiles=tiles_of(found, titles, chart),
            chart=chart,
            bucket_title=bucket_title(question),
            api=api,
        ),
        TimeChart(
            id="mix",
            title=_("New and returning"),
            hint=_("The users of each step, by whether they came for the first time."),
            data={**chart, "series": [line for line in chart["series"] if line["id"] != "users"]},
            is_stacked=True,
            bucket_title=bucket_title(question),
            api=api,
        ),
        Table(
            id="table",
            title=_("By date"),
            columns=[
                Column("step", bucket_title(question), "name", is_sortable=False),
                *(Column(name, title) for name, (title, _kind) in titles.items()),
            ],
            rows=step_rows(question, lines),
            is_searchable=False,
            api=api,
        ),
    ]


USERS = Screen(
    name="users",
    route="applications/<str:application_id>/users",
    title=gettext_lazy("Users"),
    build=build,
    has_steps=True,
)
