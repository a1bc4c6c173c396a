from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.shell.parts import BarChart, Part
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit
from plugins.slipping_away_users.queries import periods_days, slipping_away


def build(visit: Visit) -> list[Part]:
    found = slipping_away(visit.application.id, periods_days(visit.application), {})
    labels = [_("%(days)s days") % {"days": row["period"]} for row in found]
    shares = [float(row["percentage"]) for row in found]
    api = visit.api("/o/slipping", period=None)
    return [
        BarChart(
            id="slipping",
            title=_("Users who did not come back"),
            hint=_("Share of all users"),
            labels=labels,
            series=[{"title": _("Users"), "values": shares}],
            kind="percent",
            label_title=_("Not seen for"),
            nothing=_("Nobody has stayed away so far."),
            api=api,
        ),
        Table(
            id="table",
            title=_("Slipping away"),
            columns=[
                Column("label", _("Not seen for"), "name", is_sortable=False),
                Column("count", _("Users")),
                Column("share", pgettext("part of the whole", "Share"), "bar", is_sortable=False),
            ],
            rows=[
                {"label": label, "_key": label, "count": row["count"], "share": share}
                for label, row, share in zip(labels, found, shares, strict=True)
            ],
            is_searchable=False,
            api=api,
        ),
    ]


SLIPPING_AWAY = Screen(
    name="slipping_away",
    route="applications/<str:application_id>/loyalty/slipping-away",
    title=gettext_lazy("Slipping away"),
    feature="slipping_away_users",
    has_period=False,
    build=build,
)
