from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.analytics import values
from apps.dashboard.screens.technology import metric_breakdowns, metric_table
from apps.shell.parts import Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit


def browsers(visit: Visit) -> list[Part]:
    question = visit.question
    tree = values.read(question, "browser")
    found = values.rows(tree, question, "browser")
    versions = values.rows(tree, question, "browser_version")
    return [
        *metric_breakdowns(visit, "browser", found),
        metric_table(visit, "browser", _("Browsers"), found),
        metric_table(visit, "browser_version", _("Browser versions"), versions, id="versions"),
    ]


BROWSERS = Screen(
    name="browser",
    route="applications/<str:application_id>/technology/browsers",
    title=gettext_lazy("Browsers"),
    feature="browser",
    build=browsers,
)
