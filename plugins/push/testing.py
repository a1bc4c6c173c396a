"""Sends a message to the testers of an application, at once and without the queue: nothing of it is counted."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from bson import ObjectId

from apps.aggregation.documents import profiles_collection
from apps.applications.info import ApplicationInfo
from apps.core import clock, mongo
from apps.plugin_api import configuration
from plugins.push import audience, automatic, preparation, sending
from plugins.push.documents import profile_field
from plugins.push.failures import impossible
from plugins.push.gateways.outcomes import Fate
from plugins.push.kinds import PLAIN
from plugins.push.messages import check_credentials

MOST_TESTERS = 100
NO_TESTERS = "Please define test users in Push plugin configuration"


def send_to_testers(fields: Mapping[str, Any], application: ApplicationInfo) -> dict[str, Any]:
    """Raises PushProblem."""
    check_credentials(application.id, fields["platforms"])
    own = configuration.read("push", application)
    named = own["test"].get("uids") if isinstance(own["test"], Mapping) else ""
    uids = [uid.strip() for uid in str(named or "").split(",") if uid.strip()][:MOST_TESTERS]
    if not uids:
        raise impossible(NO_TESTERS)
    message = {**fields, "_id": ObjectId(), "triggers": [{"kind": PLAIN}], "filter": {}}
    rows = [
        automatic.row(application.id, message, field, str(profile["uid"]), clock.now_ms())
        for profile in mongo.collection(profiles_collection(application.id)).find({"uid": {"$in": uids}})
        for field in audience.fields_of(fields["platforms"])
        if profile_field(field) in profile
    ]
    if not rows:
        raise impossible("No test user has a push token of these platforms")
    outcomes = sending.deliver(application.id, preparation.prepare(rows, message, application.id, own), own)
    errors = Counter(one.code for one in outcomes.values() if one.fate is not Fate.SENT)
    sent = sum(1 for one in outcomes.values() if one.fate is Fate.SENT)
    return {
        "total": len(rows),
        "processed": len(rows),
        "sent": sent,
        "errored": len(rows) - sent,
        "actioned": 0,
        "errors": dict(errors),
    }
