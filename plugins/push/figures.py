"""Sent and answered messages of a period, for the home page, dashboards and reports."""

from typing import Any

from apps.analytics import event_figures
from apps.analytics.questions import ask
from apps.applications.info import ApplicationInfo
from apps.shell.figures import change_text
from plugins.push import dashboard
from plugins.push.documents import ACTION_EVENT, SENT_EVENT

EVENTS = {"sent": SENT_EVENT, "actioned": ACTION_EVENT}
DEFAULT_PERIOD = "30days"


def summary_of(application: ApplicationInfo, period: Any) -> dict[str, Any]:
    """`sent` and `actioned`: {"total", "prev-total", "change", "trend", "series"}; and who can be reached."""
    question = ask(application, period)
    found: dict[str, Any] = {}
    for name, event in EVENTS.items():
        tree = event_figures.read(question, event)
        summary = event_figures.summary(tree, question)["c"]
        found[name] = {
            **summary,
            "change_text": change_text(summary),
            "series": list(event_figures.lines(tree, question)["c"][0]),
        }
    return {**found, "enabled": dashboard.reachable_users(application.id)}
