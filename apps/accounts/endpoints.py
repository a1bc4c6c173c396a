"""`/i/users/*` and `/o/users/*`: members, for whoever administers them."""

import logging
import re
from typing import Any

from bson import ObjectId
from django.http import HttpResponse
from pymongo.errors import WriteError

from apps.accounts import (
    administration,
    callers,
    failed_logins,
    home_settings,
    members,
    passwords,
    shown_members,
    validation,
)
from apps.accounts.actions import Action, Call
from apps.accounts.models import Member
from apps.core import json_text, mongo
from apps.core.answers import message, output
from apps.core.api_view import Refusal
from apps.core.arguments import is_storable
from apps.plugin_api import features

logger = logging.getLogger(__name__)

MAX_NOTE_LENGTH = 200
NOT_UPDATED = "Error updating user"
SUCCESS = "Success"
LAST_GLOBAL_ADMIN = "global admin limit"


def create(call: Call) -> HttpResponse:
    try:
        fields = validation.of_new_member(call.parameters)
        member = administration.create(fields, by=call.member, address=call.address)
    except members.AlreadyExists as error:
        raise Refusal(400, ["Email or username already exists"]) from error
    except members.InvalidMember as error:
        raise Refusal(400, ["Error creating user"]) from error
    return output(shown_members.own(member.pk))


def update(call: Call) -> HttpResponse:
    fields = validation.of_change(call.parameters)
    member = _find(fields["user_id"])
    if member is None:
        raise Refusal(500, NOT_UPDATED)
    try:
        administration.change(member, fields, by=call.member, address=call.address)
    except members.InvalidMember as error:
        raise Refusal(500, f"{NOT_UPDATED}. Please check api logs.") from error
    except members.LastGlobalAdmin as error:
        raise Refusal(400, LAST_GLOBAL_ADMIN) from error
    return message(SUCCESS)


def delete(call: Call) -> HttpResponse:
    """Who calls is left out, so that one global administrator always remains."""
    wanted = [found for found in validation.of_deletion(call.parameters)["user_ids"] if found]
    others = [found for found in wanted if found != str(call.member.pk)]
    unusable = [found for found in others if not ObjectId.is_valid(found)]
    for member_id in others:
        member = _find(member_id)
        if member is not None:
            administration.delete(member, by=call.member, address=call.address)
    if unusable and len(unusable) == len(others):
        raise Refusal(500, "User deletion failed, please see logs for more detail")
    if unusable:
        logger.warning("%s of %s members cannot be deleted: what was sent is no id", len(unusable), len(others))
        return message("Some users cannot be deleted, please see logs for more detail")
    return message(SUCCESS)


def delete_own_account(call: Call) -> HttpResponse:
    password = call.parameters.get("password")
    if not password:
        raise Refusal(400, "password mandatory")
    name = call.member.username or call.member.email
    # Counted as a log in: a stolen API key must not be a way to guess the password.
    if not failed_logins.count_attempt(name) or not _is_right(password, call.member):
        raise Refusal(400, "password not valid")
    failed_logins.forget(name)
    if members.is_last_global_admin(call.member):
        raise Refusal(400, LAST_GLOBAL_ADMIN)
    administration.delete(call.member, by=call.member, address=call.address)
    return message(SUCCESS)


def update_home_settings(call: Call) -> HttpResponse:
    application_id, sent = call.parameters.get("app_id"), call.parameters.get("homeSettings")
    if not application_id:
        raise Refusal(400, "`app_id` must be passed")
    try:
        settings = json_text.parse(sent) if isinstance(sent, str) else sent
    except ValueError:
        settings = None
    if not ObjectId.is_valid(application_id) or not isinstance(settings, dict) or not is_storable(settings):
        raise Refusal(400, "`homeSettings` should contain stringified object with home settings")
    home_settings.write(call.member, application_id, settings)
    return message(SUCCESS)


def acknowledge(call: Call) -> HttpResponse:
    """Remembers that the member has seen a note of the dashboard."""
    path = call.parameters.get("path", "undefined")
    if not isinstance(path, str) or len(path) > MAX_NOTE_LENGTH or not re.fullmatch(r"[^.$\0]+(\.[^.$\0]+)*", path):
        raise Refusal(400, 'Invalid parameter "path"')
    seen = {f"notes.{path}": True}
    try:
        mongo.collection("members").update_one({"_id": call.member.pk}, {"$set": seen})
    except WriteError as error:  # one note's path goes on below another one
        raise Refusal(400, 'Invalid parameter "path"') from error
    return output(seen)


def show_all(call: Call) -> HttpResponse:
    return output(shown_members.everybody(call.member.pk))


def show_own(call: Call) -> HttpResponse:
    own = shown_members.own(call.member.pk)
    if call.member.has_limited_token:
        own.pop("api_key", None)  # it would open what the token does not
    return output(own)


def show_one(call: Call) -> HttpResponse:
    if not call.parameters.get("id"):
        raise Refusal(401, "Missing user id parameter")
    return output(shown_members.one(call.parameters["id"], call.member.pk))


def show_features(call: Call) -> HttpResponse:
    return output({"features": features.names(), "featuresPermissionDependency": features.dependencies()})


def lift_ban(call: Call) -> HttpResponse:
    name = str(call.parameters.get("username") or "")
    administration.forget_failed_logins(name, by=call.member, address=call.address)
    return output(True)


def _find(member_id: Any) -> Member | None:
    if not isinstance(member_id, str) or not ObjectId.is_valid(member_id):
        return None
    return Member.objects.filter(pk=member_id).first()


def _is_right(password: Any, member: Member) -> bool:
    return isinstance(password, str) and passwords.verify(password, member.password).is_right


WRITES = {
    "create": Action(callers.global_admin, create),
    "update": Action(callers.global_admin, update),
    "delete": Action(callers.global_admin, delete),
    "deleteOwnAccount": Action(callers.global_admin, delete_own_account),
    "updateHomeSettings": Action(callers.global_admin, update_home_settings),
    "ack": Action(callers.writer, acknowledge),
}
READS = {
    "all": Action(callers.global_admin, show_all),
    "me": Action(callers.any_member, show_own),
    "id": Action(callers.global_admin, show_one),
    "permissions": Action(callers.reader("core"), show_features),
    "reset_timeban": Action(callers.global_admin, lift_ban),
}
INVALID_WRITE = "Invalid path, must be one of /create, /update, /deleteOwnAccount or /delete"
INVALID_READ = "Invalid path, must be one of /all or /me"
