from django.utils.translation import gettext_lazy as _

from apps.dashboard.screens.technology import MetricScreen
from apps.shell.screens import Screen

LANGUAGES = Screen(
    name="languages",
    route="applications/<str:application_id>/geo/languages",
    title=_("Languages"),
    feature="locale",
    build=MetricScreen("langs", _("Language")).build,
)
