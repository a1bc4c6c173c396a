"""Custom events: all of them at a glance, and one of them in depth."""

import json
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.aggregation.events import TOO_MANY_KEYS
from apps.aggregation.increments import TOO_MANY_SEGMENT_VALUES
from apps.aggregation.segmentation import TOO_MANY_SEGMENTS
from apps.analytics import audience, computations, event_figures, queries, values
from apps.core.api_view import Refusal
from apps.core.client_address import accountable_address
from apps.dashboard.screens import limits
from apps.dashboard.screens.technology import over_time
from apps.events import event_list, recorded, validation
from apps.notes import marks
from apps.shell.forms import Done, FormAction, post_of, with_right
from apps.shell.parts import Block, Breakdown, Empty, Figures, Part, tile_of
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.time_parts import bucket_title, chart_of, step_rows, tiles_of
from apps.shell.visits import Visit

FEATURE = "events"
FREE_PLACES = 3  # in the drawer, beside those that are taken
#: As stored -> title and kind.
PROPERTIES = {
    "count": (gettext_lazy("Count"), "total"),
    "sum": (gettext_lazy("Sum"), "decimal"),
    "dur": (gettext_lazy("Duration"), "duration"),
}
COUNTERS = {"count": "c", "sum": "s", "dur": "dur"}


def overview(visit: Visit) -> list[Part]:
    question = visit.question
    tree = queries.all_events_tree(question.application.id, question.period)
    rows = event_figures.totals_of(tree, question)
    if not rows:
        return [
            Empty(
                id="none",
                icon="events",
                title=_("No custom events in this period"),
                text=_("Send one with the SDK, or choose a longer period."),
            )
        ]
    return [
        *limits.notices(visit, TOO_MANY_KEYS, TOO_MANY_SEGMENTS, TOO_MANY_SEGMENT_VALUES),
        Figures(
            id="figures",
            title=_("Events per user and session"),
            tiles=event_tiles(visit, tree),
            api=visit.api("/o/analytics/events"),
        ),
        *chosen_figures(visit),
        Breakdown(
            id="top",
            title=_("Top events"),
            rows=[{**row, "href": address_of(visit, row["name"])} for row in top_rows(rows, "c")],
            measure=_("Count"),
            width="half",
            api=visit.api("/o/analytics/events"),
        ),
        Breakdown(
            id="top-sum",
            title=_("Most valuable events"),
            rows=[{**row, "href": address_of(visit, row["name"])} for row in top_rows(rows, "s")],
            measure=_("Sum"),
            kind="decimal",
            width="half",
            nothing=_("No event carries a sum"),
            api=visit.api("/o/analytics/events"),
        ),
        Table(
            id="table",
            title=_("All events"),
            columns=[
                Column("key", _("Event"), "name"),
                Column("trend", _("Trend"), "spark", is_sortable=False),
                Column("c", _("Count")),
                Column("s", _("Sum"), "decimal"),
                Column("dur", _("Duration"), "duration"),
            ],
            rows=[
                {
                    **without_zeros(row),
                    "_href": address_of(visit, row["key"]),
                    "trend": event_figures.trend(tree, question, row["key"]),
                }
                for row in rows
            ],
            sort="-c",
            search_title=_("Find an event"),
            api=visit.api("/o/analytics/events"),
        ),
    ]


def chosen_figures(visit: Visit) -> list[Part]:
    """Those of "Configure"."""
    question = visit.question
    items = overview_items(visit)
    trees = {key: event_figures.read(question, key) for key in dict.fromkeys(item["eventKey"] for item in items)}
    tiles = []
    for item in items:
        key, counted = item["eventKey"], item["eventProperty"]
        title, kind = PROPERTIES[counted]
        counter = COUNTERS[counted]
        shown = event_figures.summary(trees[key], question)[counter]
        values_of = event_figures.lines(trees[key], question)[counter][0]
        name = event_names(visit).get(key, key)
        tiles.append(
            tile_of(f"{key}-{counted}", f"{name} · {title}", shown, kind, sparkline=[one or 0 for one in values_of])
        )
    if not tiles:
        return []
    api = visit.api("/o", method="events", events=json.dumps([item["eventKey"] for item in items]), overview="true")
    return [Figures(id="chosen", title=_("Chosen figures"), tiles=tiles, api=api)]


def overview_items(visit: Visit) -> list[dict[str, Any]]:
    """Of what is there and shown."""
    known = event_names(visit)
    stored = queries.events_document(visit.application.id).get("overview") or []
    return [
        item
        for item in sorted(stored, key=lambda item: item.get("order") or 0)
        if item.get("eventKey") in known and item.get("eventProperty") in PROPERTIES
    ]


def event_names(visit: Visit) -> dict[str, str]:
    """Key -> what people call it, of events that are not hidden and, by their ids, of groups."""
    shown_as = event_figures.shown_as(visit.application.id)
    keys = queries.event_keys(visit.application.id)
    events = {key: str(shown_as.get(key, {}).get("name") or key) for key in keys}
    hidden = event_figures.hidden(shown_as)
    return {key: name for key, name in events.items() if key not in hidden} | event_figures.group_names(
        visit.application.id
    )


def drawer(visit: Visit) -> dict[str, Any]:
    """What the drawer of "Configure" shows to those who may change it."""
    if not visit.may("u", FEATURE):
        return {}
    places = [{"key": item["eventKey"], "property": item["eventProperty"]} for item in overview_items(visit)]
    free = max(0, min(FREE_PLACES, event_list.MOST_OVERVIEW_ITEMS - len(places)))
    return {
        "places": [*places, *[{"key": "", "property": "count"}] * free],
        "events": [{"key": key, "name": name} for key, name in event_names(visit).items()],
        "properties": {key: title for key, (title, _kind) in PROPERTIES.items()},
        "most": event_list.MOST_OVERVIEW_ITEMS,
    }


def save_overview(visit: Visit) -> Done:
    sent = visit.request.POST
    pairs = zip(sent.getlist("event"), sent.getlist("property"), strict=False)
    items = [{"eventKey": key, "eventProperty": counted} for key, counted in pairs if key]
    try:
        edit = validation.edit_of({"event_overview": items})
        before, after = event_list.edit(visit.application.id, edit)
    except event_list.TooManyItems as error:
        most = event_list.MOST_OVERVIEW_ITEMS
        raise Refusal(400, _("The overview has room for %(most)s figures.") % {"most": most}) from error
    address = accountable_address(visit.request)
    recorded.changed("events_updated", before, after, visit.member, visit.application.id, address)
    return Done(_("The overview was changed."))


def without_zeros(row: dict[str, Any]) -> dict[str, Any]:
    """An event that carries no sum has none, not one of 0."""
    return {**row, "s": row["s"] or None, "dur": row["dur"] or None}


def event_tiles(visit: Visit, tree: Any) -> list[Any]:
    found = event_figures.overall(tree, visit.question)
    people = audience.summary(audience.read(visit.question), visit.question)
    return [
        tile_of("count", _("Events"), found),
        tile_of("per_user", _("Events per user"), computations.ratio(found, people["u"]), "decimal"),
        tile_of("per_session", _("Events per session"), computations.ratio(found, people["t"]), "decimal"),
    ]


def top_rows(rows: list[dict[str, Any]], counter: str) -> list[dict[str, Any]]:

    return values.top([{"name": row["key"], counter: row[counter]} for row in rows], counter)


def one(visit: Visit) -> list[Part]:
    """The event of the address, else the first; over time, or by the values of a segment."""
    question = visit.question
    keys = queries.event_keys(visit.application.id)
    groups = event_figures.group_names(visit.application.id)
    event = visit.address.get("event") or next(iter(keys), "")
    if event not in keys and event not in groups:
        return [
            Empty(
                id="none",
                icon="events",
                title=_("No such event") if event else _("No custom events yet"),
                text=_("It may have been deleted, or not sent so far."),
                action=_("All events"),
                action_link=reverse("events", args=[visit.application.id]),
            )
        ]
    segments = event_figures.segments(visit.application.id, event)
    segment = visit.address.get("segment")
    segment = segment if segment in segments else ""
    tree = event_figures.read(question, event)
    names = event_names(visit)
    own = event_figures.shown_as(visit.application.id).get(event, {})
    titles = {
        "c": (str(own.get("count") or _("Count")), "count"),
        "s": (str(own.get("sum") or _("Sum")), "decimal"),
        "dur": (str(own.get("dur") or _("Duration")), "duration"),
    }
    found = event_figures.summary(tree, question)
    used = [name for name in titles if name == "c" or found[name]["total"] or found[name]["prev-total"]]
    lines = event_figures.lines(tree, question)
    shown = {name: titles[name] for name in used}
    chart = chart_of(question, visit.choice.zone, lines, shown, marks.of_visit(visit))
    api = visit.api("/o", method="events", event=event, segmentation=segment or None)
    return [
        Block(
            id="chooser",
            file="dashboard/event_chooser.html",
            values={
                "event": event,
                "events": choices(visit, {key: names[key] for key in keys if key in names}),
                "groups": choices(visit, groups),
                "name": names.get(event, event),
                "segments": [
                    {"name": name, "link": visit.address.link({"segment": name}), "is_current": name == segment}
                    for name in segments
                ],
                "no_segment_link": visit.address.link({"segment": None}),
                "segment": segment,
            },
        ),
        Figures(
            id="figures",
            title=names.get(event, event),
            tiles=tiles_of(found, shown, chart),
            chart=chart,
            bucket_title=bucket_title(question),
            api=api,
        ),
        *(by_segment(visit, event, segment, used, api) if segment else [step_table(visit, lines, used, api)]),
    ]


def choices(visit: Visit, names: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"key": key, "name": name, "link": visit.address.link({"event": key, "segment": None})}
        for key, name in names.items()
    ]


def value_columns(used: list[str]) -> list[Column]:
    columns = [Column("c", _("Count"))]
    if "s" in used:
        columns += [Column("s", _("Sum"), "decimal"), Column("avg_s", _("Average sum"), "decimal")]
    if "dur" in used:
        columns += [Column("dur", _("Duration"), "duration"), Column("avg_dur", _("Average duration"), "duration")]
    return columns


def by_segment(visit: Visit, event: str, segment: str, used: list[str], api: str) -> list[Part]:
    """The most frequent values over time, and all of them as a table."""
    tree = event_figures.read(visit.question, event, segment)
    rows = event_figures.by_segment(tree, visit.question, segment)
    named = [{"_id": row["value"], "name": row["value"]} for row in rows]
    title = _("By %(segment)s") % {"segment": segment}
    return [
        *limits.notices(visit, TOO_MANY_SEGMENT_VALUES),
        *([over_time(visit, tree, named, _("Count over time"), api, counter="c")] if rows else []),
        Table(
            id="table",
            title=title,
            columns=[Column("value", segment, "name"), *value_columns(used)],
            rows=rows,
            sort="-c",
            api=api,
        ),
    ]


def step_table(visit: Visit, lines: Any, used: list[str], api: str) -> Table:
    return Table(
        id="table",
        title=_("By date"),
        columns=[Column("step", bucket_title(visit.question), "name", is_sortable=False), *value_columns(used)],
        rows=[event_figures.with_averages(row) for row in step_rows(visit.question, lines)],
        is_searchable=False,
        api=api,
    )


def address_of(visit: Visit, key: str) -> str:
    return reverse("event", args=[visit.application.id]) + visit.period_query_with(event=key)


EVENTS = Screen(
    name="events",
    route="applications/<str:application_id>/events",
    title=gettext_lazy("Events"),
    feature=FEATURE,
    build=overview,
    post=post_of({"save_overview": FormAction(with_right("u", FEATURE), save_overview)}),
    actions="dashboard/event_overview_actions.html",
    action_values=drawer,
)
EVENT = Screen(
    name="event",
    route="applications/<str:application_id>/events/all",
    title=gettext_lazy("All events"),
    feature=FEATURE,
    build=one,
    has_steps=True,
)
