from django.utils.translation import gettext_lazy as _

from apps.dashboard.screens.technology import MetricScreen
from apps.shell.screens import Screen
from plugins.locale.languages import language_in_words

LANGUAGES = Screen(
    name="languages",
    route="applications/<str:application_id>/geo/languages",
    title=_("Languages"),
    feature="locale",
    build=MetricScreen("langs", _("Language"), display=language_in_words).build,
)
