from django.utils.translation import gettext_lazy as _

from apps.dashboard.screens.technology import MetricScreen
from apps.shell.screens import Screen

DENSITIES = Screen(
    name="density",
    route="applications/<str:application_id>/technology/densities",
    title=_("Densities"),
    feature="density",
    build=MetricScreen("density", _("Density")).build,
)
