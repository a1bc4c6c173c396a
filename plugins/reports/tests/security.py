"""What the tests of security (tests/security) ask of this plugin."""

from collections.abc import Callable

from plugins.reports import documents
from tests.security.people import World

ENDPOINTS = """
/i/reports/create  creator reports
/i/reports/delete  deleter reports
/i/reports/pdf     reader reports
/i/reports/preview reader reports
/i/reports/send    reader reports
/i/reports/status  updater reports
/i/reports/update  updater reports
/o/reports/all     reader reports
"""

PAGES = """
/manage/reports data
/manage/reports/<str:report_id>/preview data
/subscribe_report open
/unsubscribe_report open
"""

#: What their address holds allows it, and no cookie.
SIGNED_PAGES = ("/subscribe_report", "/unsubscribe_report")

SEEN = ("report",)


def things(world: World, text: Callable[[str], str], is_shared: bool) -> dict[str, str]:
    """When it is shared, everybody gets it who may look at reports at all."""
    emails = [one.email for name, one in world.people.items() if name != "outsider"] if is_shared else []
    metrics = dict.fromkeys(("analytics", "events", "star-rating"), True)
    about = {"title": text("report"), "apps": [world.shop.id], "emails": emails, "metrics": metrics}
    report = documents.insert({**about, "user": world.people["global admin"].pk, "frequency": "daily"})
    return {"report_id": str(report["_id"])}
