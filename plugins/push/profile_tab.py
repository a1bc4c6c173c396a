"""How a single user is reached, and which messages he got: a tab of his profile."""

from collections.abc import Mapping
from typing import Any

from bson import ObjectId
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import mongo
from apps.plugin_api.profile_tabs import ProfileTab
from apps.shell.parts import Facts, Part
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit
from plugins.push import documents
from plugins.push.platforms import FIELDS, TITLES, platform_of
from plugins.push.screens import address_of, title_of

KINDS = {
    "p": gettext_lazy("published"),
    "d": gettext_lazy("in development"),
    "a": gettext_lazy("for testers"),
}
MOST_MESSAGES = 500


def parts(visit: Visit, profile: Mapping[str, Any]) -> list[Part]:
    uid = str(profile.get("uid"))
    stored = mongo.collection(documents.tokens_collection(visit.application.id)).find_one({"_id": uid}) or {}
    return [
        Facts(
            id="tokens",
            title=_("Devices that can be reached"),
            rows=_tokens(stored),
            nothing=_("This user has no push token."),
        ),
        Table(
            id="table",
            title=_("Messages that this user got"),
            columns=[
                Column("title", _("Message"), "name"),
                Column("times", _("Sent")),
                Column("last", _("Last sent"), "moment"),
            ],
            rows=_messages(visit, stored),
            sort="-last",
            search_title=_("Find a message"),
            nothing=_("None so far."),
            api=visit.api("/o/push/user", id=uid, messages="true", period=None),
        ),
    ]


def _tokens(stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Without the tokens themselves: who has one can send to the device."""
    held = stored.get("tk")
    names = [name for name in FIELDS if isinstance(held, Mapping) and held.get(name)]
    return [{"name": TITLES[platform_of(name)], "value": str(KINDS[name[1]])} for name in names]


def _messages(visit: Visit, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
    history = stored.get("msgs")
    times: dict[str, list[Any]] = dict(history) if isinstance(history, Mapping) else {}
    ids = [ObjectId(one) for one in times if ObjectId.is_valid(one)][:MOST_MESSAGES]
    found = documents.messages().find({"_id": {"$in": ids}, "app": ObjectId(visit.application.id)})
    return [
        {
            "_key": str(message["_id"]),
            "_href": address_of(visit, message),
            "title": title_of(message),
            "times": len(times[str(message["_id"])]),
            "last": max(times[str(message["_id"])], default=0) / 1000,
        }
        for message in found
    ]


TAB = ProfileTab(gettext_lazy("Push notifications"), parts, feature="push", position=40)
