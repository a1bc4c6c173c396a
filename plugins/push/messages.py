"""Messages: written, changed, switched on and off, removed. Storage and state; who may is the callers' matter."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bson import ObjectId

from apps.accounts.models import Member
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core import clock
from apps.core.answers import plain
from plugins.push import automatic, credentials, documents, results, scheduling
from plugins.push.automatic import ms_of
from plugins.push.documents import CLEARED, CREATED, DELETED, DONE, STREAMABLE
from plugins.push.failures import bad_parameters, impossible, invalid, not_found
from plugins.push.kinds import is_plain
from plugins.push.platforms import TITLES

Message = dict[str, Any]
ACTIVE = ("created", "scheduled", "sending")


def create(fields: Mapping[str, Any], member: Member, *, is_draft: bool, needs_credentials: bool = True) -> Message:
    """Clients of the API are told already of a draft that its credentials are missing; who writes it on the dashboard
    is told when he sends it: `needs_credentials`, so with `update`."""
    application = application_of(fields["app"])
    if needs_credentials or not is_draft:
        check_credentials(application.id, fields["platforms"])
    now = clock.now()
    message: Message = {
        "_id": ObjectId(),
        **fields,
        "result": results.empty(),
        "info": {
            **fields["info"],
            "appName": application.name,
            "created": now,
            "createdBy": str(member.pk),
            "createdByName": member.full_name,
        },
        **_beginning(fields, is_draft=is_draft),
    }
    documents.messages().insert_one(message)
    automatic.forget()
    return message


def update(
    message_id: Any, fields: Mapping[str, Any], member: Member, *, is_draft: bool, needs_credentials: bool = True
) -> tuple[Message, Message]:
    """As it was, and as it is."""
    before = find(message_id, str(fields["app"]))
    if before["app"] != fields["app"]:
        raise invalid("Message app cannot be changed")
    if list(before["platforms"]) != list(fields["platforms"]) and before["status"] != "draft":
        raise invalid("Message platforms cannot be changed")
    if before["status"] != "draft" and is_draft:
        raise invalid("A message that was created is no draft any more")
    if is_plain(before) and before["status"] in ("sent", "failed", "sending"):
        raise invalid("Finished plain messages cannot be changed")
    if needs_credentials or not is_draft:
        check_credentials(str(fields["app"]), fields["platforms"])
    changes: dict[str, Any] = {name: fields[name] for name in ("platforms", "filter", "triggers", "contents")}
    info = {**before["info"], **fields["info"], "updated": clock.now()}
    changes["info"] = {**info, "updatedBy": str(member.pk), "updatedByName": member.full_name}
    if before["status"] in ("draft", "created", "scheduled") and (is_plain(fields) or before["status"] == "draft"):
        # A one-time message that waits is scheduled anew, with the audience and the time that it has now.
        changes |= _beginning(fields, is_draft=is_draft)
        if before["status"] == "scheduled":
            changes["result"] = results.empty()
    unchanged = {"_id": before["_id"], "status": before["status"]}
    if documents.messages().update_one(unchanged, {"$set": changes}).matched_count == 0:
        raise impossible("The message has changed meanwhile")
    if before["status"] == "scheduled" and is_plain(before):
        scheduling.remove_rows(scheduling.waiting_of(before["_id"]))
    automatic.forget()
    return before, find(message_id, str(fields["app"]))


def toggle(message_id: Any, application_id: str, *, active: bool) -> Message:
    """What was never started is not started here: a draft was checked for less, and one that waits for approval on the
    server it comes from was approved by nobody. Saving it as a message checks it and asks who does so for the right.
    """
    message = find(message_id, application_id)
    if is_plain(message):
        raise invalid("One-time messages cannot be toggled")
    is_active = message["status"] in ACTIVE
    if is_active and active:
        raise invalid("The message is already active")
    if not is_active and not active:
        raise invalid("The message is already stopped")
    if active:
        if message["status"] != "stopped":
            raise invalid("Only a stopped message can be started again")
        check_credentials(application_id, message["platforms"])
        started = {"state": STREAMABLE, "status": "scheduled"}
        documents.messages().update_one({"_id": message["_id"], "status": "stopped"}, {"$set": started})
    else:
        stop(message)
    automatic.forget()
    return find(message_id, application_id)


def stop(message: Mapping[str, Any]) -> None:
    """What waits in the queue is counted as cancelled."""
    stopped = {"state": CREATED | DONE | CLEARED, "status": "stopped", "info.finished": clock.now()}
    active = {"_id": message["_id"], "status": {"$in": ACTIVE}}
    documents.messages().update_one(active, {"$set": stopped})
    cancel(message)


def cancel(message: Mapping[str, Any], uids: Collection[str] | None = None) -> int:
    """What waits, of all users or of these; how many."""
    return scheduling.remove_rows(scheduling.waiting_of(message["_id"]), uids, code="cancelled")


def remove(message_id: Any, application_id: str, member: Member) -> Message:
    message = find(message_id, application_id)
    if message["status"] in ACTIVE:
        stop(message)
    state = int(find(message_id, application_id).get("state") or 0)
    removed = {
        "state": state | DELETED,
        "result.removed": clock.now(),
        "result.removedBy": str(member.pk),
        "result.removedByName": member.full_name,
    }
    documents.messages().update_one({"_id": message["_id"]}, {"$set": removed})
    automatic.forget()
    return message


def find(message_id: Any, application_id: str = "") -> Message:
    """Raises PushProblem."""
    if not isinstance(message_id, str) or len(message_id) != 24 or not ObjectId.is_valid(message_id):
        raise bad_parameters("Missing _id argument" if message_id is None else "_id: Invalid value")
    chosen: dict[str, Any] = {"_id": ObjectId(message_id)}
    if application_id:
        chosen["app"] = ObjectId(application_id)
    message: Message | None = documents.messages().find_one(chosen)
    if message is None or int(message.get("state") or 0) & DELETED:
        raise not_found()
    return message


def application_of(application_id: Any) -> ApplicationInfo:
    found = lookup.fresh_by_ids([str(application_id)]).get(str(application_id))
    if found is None:
        raise invalid("No such app")
    return found


def check_credentials(application_id: str, platforms: Sequence[str], ending: str = "") -> None:
    """Android is reached with credentials of FCM or of HMS. Raises PushProblem."""
    configured = credentials.configured(application_id)
    for platform in platforms:
        if platform not in configured and not (platform == "a" and "h" in configured):
            raise invalid(f"No push credentials for {TITLES[platform]} platform{ending}")


def _beginning(fields: Mapping[str, Any], *, is_draft: bool) -> dict[str, Any]:
    if is_draft:
        return {"state": CREATED, "status": "draft"}
    if is_plain(fields):
        at_ms = scheduling.schedule_at(fields, clock.now_ms())
        return {"state": CREATED, "status": "created", scheduling.AT: at_ms}
    return {"state": STREAMABLE, "status": "scheduled"}


def shown(message: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON has it: ids as texts, dates in ISO 8601."""
    said: dict[str, Any] = plain({name: value for name, value in message.items() if name != scheduling.AT})
    return said


def start_ms(message: Mapping[str, Any]) -> int:
    triggers = message.get("triggers") or [{}]
    return ms_of(triggers[0].get("start"))
