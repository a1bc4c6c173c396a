from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.analytics import names, values
from apps.dashboard.screens.technology import metric_breakdowns, metric_table, nothing_told
from apps.shell.parts import Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from plugins.density.values import shown_density


def densities(visit: Visit) -> list[Part]:
    """All together, and by the system they were sent for."""
    question = visit.question
    tree = values.read(question, "density")
    found = values.rows(tree, question, "density", shown_density)
    if not found:
        return nothing_told(visit)
    by_system = values.rows(tree, question, "density", names.system_version)
    return [
        *metric_breakdowns(visit, "density", found),
        metric_table(visit, "density", _("Density"), found),
        metric_table(visit, "density", _("Densities by platform"), by_system, id="platforms"),
    ]


DENSITIES = Screen(
    name="density",
    route="applications/<str:application_id>/technology/densities",
    title=gettext_lazy("Densities"),
    feature="density",
    build=densities,
)
