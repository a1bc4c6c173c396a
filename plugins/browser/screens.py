from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.analytics import values
from apps.dashboard.screens.technology import metric_breakdowns, metric_table, nothing_told
from apps.shell.parts import Part, Switch
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from plugins.browser.values import named_version

OFFERED = 8  # of the browsers, to choose from; the table of versions can be searched


def browsers(visit: Visit) -> list[Part]:
    question = visit.question
    tree = values.read(question, "browser")
    found = values.rows(tree, question, "browser")
    if not found:
        return nothing_told(visit)
    names = [row["name"] for row in found]
    spelled = {name.lower(): name for name in names}
    versions = values.rows(tree, question, "browser_version", lambda stored: named_version(stored, spelled))
    browser = Switch(
        id="browser",
        title=_("Versions of"),
        parameter="browser",
        options={"": _("All browsers"), **{name: name for name in names[:OFFERED]}},
    )
    if chosen := browser.chosen(visit):
        versions = [row for row in versions if row["_id"].startswith(f"[{chosen.lower()}]_")]
    return [
        *metric_breakdowns(visit, "browser", found),
        metric_table(visit, "browser", _("Browsers"), found),
        *([browser] if len(names) > 1 else []),
        metric_table(visit, "browser_version", _("Browser versions"), versions, id="versions"),
    ]


BROWSERS = Screen(
    name="browser",
    route="applications/<str:application_id>/technology/browsers",
    title=gettext_lazy("Browsers"),
    feature="browser",
    build=browsers,
)
