"""Where users come from: the sites and stores, the pages in full, and what was searched for."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.analytics import values
from apps.analytics.computations import Row
from apps.analytics.questions import Question
from apps.dashboard.screens.technology import estimate_hint, metric_breakdowns, metric_columns
from apps.shell.parts import Empty, Part
from apps.shell.screens import Screen
from apps.shell.tables import Table
from apps.shell.visits import Visit
from plugins.sources.enrichment import decoded, search_term

COUNTERS = ("t", "u", "n")


def sources(visit: Visit) -> list[Part]:
    rows = stored_rows(visit.question)
    in_words = values.words_of("sources")
    named = [{**row, "name": name} for row in rows if (name := in_words(row["_id"]))]
    by_name = united(named)
    api = visit.api("/o/analytics/metric", metric="sources")
    columns = metric_columns(_("Source"))
    parts: list[Part] = [
        *metric_breakdowns(visit, "sources", by_name),
        Table(
            id="table",
            title=_("Sources"),
            columns=columns,
            rows=keyed(by_name),
            sort="-u",
            hint=estimate_hint(rows),
            api=api,
        ),
    ]
    pages = united([row | ({"name": page} if "/" in (page := decoded(row["_id"])) else {}) for row in named])
    if len(pages) > len(by_name):
        columns = metric_columns(_("Page"))
        hint = estimate_hint(rows)
        parts.append(
            Table(id="pages", title=_("Pages"), columns=columns, rows=keyed(pages), sort="-u", hint=hint, api=api)
        )
    return parts


def searches(visit: Visit) -> list[Part]:
    rows = stored_rows(visit.question)
    found = united([{**row, "name": term} for row in rows if (term := search_term(row["_id"]))])
    if not found:
        return [
            Empty(
                id="none",
                title=_("No search terms in this period"),
                text=_("Most search engines no longer tell what was searched for."),
                icon="sources",
            )
        ]
    return [
        Table(
            id="table",
            title=_("Search terms"),
            columns=metric_columns(_("Term")),
            rows=keyed(found),
            sort="-u",
            hint=estimate_hint(rows),
            api=visit.api("/o/keywords"),
        )
    ]


def stored_rows(question: Question) -> list[Row]:
    """One for each stored value: pages of a site, with what was searched for, are told apart."""
    return values.rows(values.read(question, "sources"), question, "sources", display=str)


def united(rows: list[Row]) -> list[Row]:
    """One row for each name. Who came by two of them is a user of both, so users may count more than once."""
    found: dict[str, Row] = {}
    for row in rows:
        name = row["name"]
        before = found.get(name)
        sums = {counter: row[counter] + (before[counter] if before else 0) for counter in COUNTERS}
        found[name] = {**row, "_id": name, **sums}
    return list(found.values())


def keyed(rows: list[Row]) -> list[Row]:
    return [{**row, "_key": row["_id"]} for row in rows]


SOURCES = Screen(
    name="sources",
    route="applications/<str:application_id>/sources",
    title=gettext_lazy("Sources"),
    feature="sources",
    build=sources,
)
SEARCHES = Screen(
    name="sources_searches",
    route="applications/<str:application_id>/sources/searches",
    title=gettext_lazy("Search terms"),
    feature="sources",
    build=searches,
)
