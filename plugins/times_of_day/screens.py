"""When people use the application: a card of weekdays and hours."""

from datetime import date, datetime, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.shell.parts import Block, Empty, Part, PunchCard
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit
from apps.shell.zones import zone_of
from plugins.times_of_day.documents import SESSIONS
from plugins.times_of_day.queries import counted_events, punches

SPANS = {
    "all": gettext_lazy("All time"),
    "current": gettext_lazy("This month"),
    "previous": gettext_lazy("Last month"),
    "last_3": gettext_lazy("Last 3 months"),
}


def build(visit: Visit) -> list[Part]:
    events = counted_events(visit.application.id)
    if not events:
        return [
            Empty(
                id="none",
                icon="calendar",
                title=_("Nothing here yet"),
                text=_("SDKs send the hour and the weekday with sessions and events; they appear here as they come."),
            )
        ]
    event = visit.address.get("event") or (SESSIONS if SESSIONS in events else events[0])
    span = visit.address.get("span") if visit.address.get("span") in SPANS else "all"
    today = datetime.fromtimestamp(visit.question.now_ms / 1000, zone_of(visit.application.timezone)).date()
    months = months_of_span(str(span), today)
    from_sunday = punches(visit.application.id, event, months)
    from_monday = [*from_sunday[1:], from_sunday[0]]
    api = visit.api("/o", method="times-of-day", tod_type=event, date_range=",".join(months) or None, period=None)
    return [
        Block(
            id="choice",
            file="times_of_day/choice.html",
            values={
                "name": _("Sessions") if event == SESSIONS else event,
                "events": [
                    {
                        "title": _("Sessions") if one == SESSIONS else one,
                        "link": visit.address.link({"event": one}),
                        "is_current": one == event,
                    }
                    for one in events
                ],
                "spans": [
                    {"name": title, "link": visit.address.link({"span": key}), "is_current": key == span}
                    for key, title in SPANS.items()
                ],
            },
        ),
        PunchCard(id="card", title=_("Hours of the week"), values=from_monday, measure=_("Count"), api=api),
        Table(
            id="table",
            title=_("By hour"),
            columns=[
                Column("hour", _("Hour"), "name", is_sortable=False),
                *(Column(str(day), str(title), is_sortable=False) for day, title in WEEKDAYS.items()),
            ],
            rows=[
                {"hour": f"{hour}:00", "_key": str(hour), **{str(day): from_monday[day][hour] for day in range(7)}}
                for hour in range(24)
            ],
            is_searchable=False,
            api=api,
        ),
    ]


def months_of_span(span: str, today: date) -> list[str]:
    """Ids of months; none for all of them."""
    first = today.replace(day=1)
    before = [first]
    while len(before) < 3:
        before.append((before[-1] - timedelta(days=1)).replace(day=1))
    chosen = {"current": before[:1], "previous": before[1:2], "last_3": before}.get(span, [])
    return [f"{day.year}:{day.month}" for day in chosen]


TIMES_OF_DAY = Screen(
    name="times_of_day",
    route="applications/<str:application_id>/loyalty/times-of-day",
    title=gettext_lazy("Times of day"),
    feature="times_of_day",
    has_period=False,
    build=build,
)
