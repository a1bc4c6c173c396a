"""Loyalty: how many sessions users have had so far. Plugins add tabs about those who slip away and times of day."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.profiles import listing
from apps.shell.parts import BarChart, Part
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit

TITLES = {
    "all": gettext_lazy("All users"),
    "30days": gettext_lazy("Active in 30 days"),
    "7days": gettext_lazy("Active in 7 days"),
}


def build(visit: Visit) -> list[Part]:
    found = listing.loyalty(visit.application.id, {}, visit.now_ms // 1000)
    labels = [title for _most, title in listing.LOYALTY]
    counts = {name: users_by_bucket(found[name]) for name in TITLES}
    shares = {name: shares_of(values) for name, values in counts.items()}
    share = pgettext("part of the whole", "Share")
    columns = [Column("bucket", _("Sessions so far"), "name", is_sortable=False)]
    for name, title in TITLES.items():
        columns += [
            Column(name, str(title)),
            Column(f"{name}_share", share, "bar", is_sortable=False),
        ]
    api = visit.api("/o/app_users/loyalty", period=None)
    return [
        BarChart(
            id="loyalty",
            title=_("Users by number of sessions"),
            hint=_("Share within each group"),
            labels=labels,
            series=[{"title": str(title), "values": shares[name]} for name, title in TITLES.items()],
            kind="percent",
            label_title=_("Sessions so far"),
            nothing=_("Nobody yet"),
            api=api,
        ),
        Table(
            id="table",
            title=_("Session count"),
            columns=columns,
            rows=[
                {"bucket": label, "_key": label}
                | {name: counts[name][place] for name in TITLES}
                | {f"{name}_share": shares[name][place] for name in TITLES}
                for place, label in enumerate(labels)
            ],
            is_searchable=False,
            api=api,
        ),
    ]


def users_by_bucket(rows: list[dict[str, Any]]) -> list[int]:
    """Buckets in which nobody is are not among the rows."""
    counts = [0] * len(listing.LOYALTY)
    for row in rows:
        counts[row["index"]] = row["count"]
    return counts


def shares_of(values: list[int]) -> list[float]:
    whole = sum(values)
    return [round(value / whole * 100, 1) if whole else 0 for value in values]


LOYALTY = Screen(
    name="loyalty",
    route="applications/<str:application_id>/loyalty",
    title=gettext_lazy("Loyalty"),
    hint=gettext_lazy("How often people have come back so far"),
    has_period=False,
    build=build,
)
