"""What a single user said: a tab of his profile."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.plugin_api.profile_tabs import ProfileTab
from apps.shell.parts import Part
from apps.shell.tables import Table, TableQuery
from apps.shell.visits import Visit
from plugins.star_rating import feedback, screens
from plugins.star_rating.widget_screens import search_of


def parts(visit: Visit, profile: Mapping[str, Any]) -> list[Part]:
    uid = str(profile.get("uid"))

    def fetch(query: TableQuery) -> tuple[list[dict[str, Any]], int]:
        rows, total = feedback.find(visit.application.id, search_of(query, exact={"uid": uid}))
        return [{**screens.comment_row(visit, row), "_href": ""} for row in rows], total

    return [
        Table(
            id="table",
            title=_("Feedback"),
            columns=screens.comment_columns(),
            fetch=fetch,
            sort="-ts",
            search_title=_("Find in comments and addresses"),
            nothing=_("This user has not rated anything."),
            api=visit.api("/o/feedback/data", uid=uid, period=None),
        )
    ]


TAB = ProfileTab(gettext_lazy("Feedback"), parts, feature="star_rating", position=30)
