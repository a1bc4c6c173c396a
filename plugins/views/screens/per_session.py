"""How many views sessions have: a tab of the sessions."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.dashboard.screens.sessions import bucket_parts
from apps.shell.parts import Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from plugins.views.aggregation import RANGE_COUNTER

TITLES = (
    gettext_lazy("1–2 views"),
    gettext_lazy("3–5 views"),
    gettext_lazy("6–10 views"),
    gettext_lazy("11–15 views"),
    gettext_lazy("16–30 views"),
    gettext_lazy("31–50 views"),
    gettext_lazy("51–100 views"),
    gettext_lazy("over 100 views"),
)


def build(visit: Visit) -> list[Part]:
    return bucket_parts(
        visit,
        kind=RANGE_COUNTER,
        titles=TITLES,
        title=_("Sessions by number of views"),
        first_column=_("Views per session"),
        api=visit.api("/o", method="users"),
    )


PER_SESSION = Screen(
    name="views_per_session",
    route="applications/<str:application_id>/sessions/views-per-session",
    title=gettext_lazy("Views per session"),
    feature="views",
    build=build,
)
