"""What the tests of security (tests/security) ask of this plugin."""

from collections.abc import Callable

from apps.core import mongo
from plugins.crashes import documents
from tests.security.people import World

ENDPOINTS = """
/i/crashes/add_comment         creator_by_arguments
/i/crashes/delete              deleter_by_arguments
/i/crashes/delete_comment      deleter_by_arguments
/i/crashes/edit_comment        updater_by_arguments
/i/crashes/hide                updater_by_arguments
/i/crashes/modify_share        updater_by_arguments
/i/crashes/resolve             updater_by_arguments
/i/crashes/resolving           updater_by_arguments
/i/crashes/share               updater_by_arguments
/i/crashes/show                updater_by_arguments
/i/crashes/unresolve           updater_by_arguments
/i/crashes/unshare             updater_by_arguments
/i/crashes/view                updater_by_arguments
/o/crashes/download_binary     reader crashes
/o/crashes/download_stacktrace reader crashes
/o?method=crashes              reader crashes
/o?method=reports              reader crashes
/o?method=user_crashes         reader crashes
"""

PAGES = """
/applications/<str:application_id>/crashes reader crashes
/applications/<str:application_id>/crashes/groups/<str:group> reader crashes
/applications/<str:application_id>/crashes/reports/<str:crash_report>/<str:kind> reader crashes
/applications/<str:application_id>/crashes/statistics reader crashes
/crashes/<str:code> open
"""

#: They look at the application in `app_id`, or at that in `args`.
OWN_RULES = {
    "creator_by_arguments": "creator crashes",
    "updater_by_arguments": "updater crashes",
    "deleter_by_arguments": "deleter crashes",
}

SEEN = ("crash",)


def things(world: World, text: Callable[[str], str], is_shared: bool) -> dict[str, str]:
    shop, group, said = world.shop.id, "0" * 40, text("crash")
    code = documents.share_code(shop, group)
    comment = {"_id": "1", "text": said, "author": said, "author_id": "x", "time": 1}
    counted = {"device": {said: 1}, "view": {said: 1}, "custom": {said: {said: 1}}}
    shown = {"name": said, "os": said, "error": said, "latest_version": said, "reports": 1, "users": 1, "lastTs": 1}
    fields = {**shown, **counted, "groups": [group], "is_public": is_shared, "is_new": True, "comments": [comment]}
    report = {"group": group, "ts": 1, "uid": said, "error": said, "logs": said, "device": said, "custom": {said: said}}
    report_id = documents.report_id(1, shop)
    for collection, document_id, document in (
        (documents.groups_collection(shop), group, fields),
        (documents.reports_collection(shop), report_id, report),
        (documents.SHARES, code, {"app_id": shop, "crash_id": group}),
    ):
        mongo.collection(collection).update_one({"_id": document_id}, {"$set": document}, upsert=True)
    return {"group": group, "crash_id": group, "crash_report": str(report_id), "kind": "stacktrace", "code": code}
