"""What the tests of security (tests/security) ask of this plugin."""

from collections.abc import Callable

from apps.core import mongo
from tests.security.people import World

ENDPOINTS = """
/i/dashboards/add-widget    any_member
/i/dashboards/create        any_member
/i/dashboards/delete        any_member
/i/dashboards/remove-widget any_member
/i/dashboards/update        any_member
/i/dashboards/update-widget any_member
/o/dashboard/data           any_member
/o/dashboards               any_member
/o/dashboards/all           any_member
/o/dashboards/widget        any_member
/o/dashboards/widget-layout any_member
"""

PAGES = """
/applications/<str:application_id>/dashboards reader core
/applications/<str:application_id>/dashboards/<str:dashboard_id> reader core
/dashboards/<str:dashboard_id> data
"""

SEEN = ("dashboard",)


def things(world: World, text: Callable[[str], str], is_shared: bool) -> dict[str, str]:
    """Its note holds what no form would let through."""
    said = text("dashboard")
    note = mongo.collection("widgets").insert_one(
        {"widget_type": "note", "apps": [], "title": said, "contenthtml": said, "position": [0, 0], "size": [6, 4]}
    )
    board = {
        "name": said,
        "owner_id": str(world.people["global admin"].pk),
        "share_with": "all-users" if is_shared else "none",
        "widgets": [note.inserted_id],
    }
    board_id = mongo.collection("dashboards").insert_one(board).inserted_id
    return {"dashboard_id": str(board_id), "dashboard_widget_id": str(note.inserted_id)}
