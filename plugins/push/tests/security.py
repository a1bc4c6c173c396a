"""What the tests of security (tests/security) ask of this plugin."""

from collections.abc import Callable

from bson import ObjectId

from apps.core import clock
from plugins.push import messages
from tests.security.people import World

ENDPOINTS = """
/i/push/message/create   creator push
/i/push/message/pop      deleter push
/i/push/message/push     updater push
/i/push/message/remove   deleter push
/i/push/message/test     creator push
/i/push/message/toggle   updater push
/i/push/message/update   updater push
/i/pushes/active         updater push
/i/pushes/create         creator push
/i/pushes/delete         deleter push
/i/pushes/prepare        creator push
/o/push/dashboard        reader push
/o/push/message          reader push
/o/push/message/all      reader push
/o/push/message/estimate reader push
/o/push/mime             reader push
/o/push/user             reader push
"""

PAGES = """
/applications/<str:application_id>/push reader push
/applications/<str:application_id>/push/compose reader push
/applications/<str:application_id>/push/credentials reader push
/applications/<str:application_id>/push/messages/<str:message_id> reader push
"""

SEEN = ("push",)


def things(world: World, text: Callable[[str], str], is_shared: bool) -> dict[str, str]:
    fields = {
        "app": ObjectId(world.shop.id),
        "platforms": [],
        "triggers": [{"kind": "plain", "start": clock.now()}],
        "contents": [{"title": text("push"), "message": text("push")}],
        "filter": {},
        "info": {"title": text("push")},
    }
    return {"message_id": str(messages.create(fields, world.people["global admin"], is_draft=True)["_id"])}
