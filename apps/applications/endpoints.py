"""`/i/apps/*` and `/o/apps/*`: applications, for their administrators."""

from typing import Any

from bson import ObjectId
from django.http import HttpResponse

from apps.accounts import access, application_pictures, callers, people, pictures
from apps.accounts.actions import Action, Call
from apps.accounts.models import Member
from apps.applications import data, lifecycle, lookup, removal, shown_applications, validation
from apps.applications.models import Application
from apps.applications.own_settings import MAY_SET, SETTINGS_HANDLERS, InvalidSettings, KeptElsewhere
from apps.core.answers import message, output
from apps.core.api_view import Refusal
from apps.plugin_api import audit

NOT_FOUND = (404, "App not found")
KEY_IN_USE = (400, "App key already in use")
LOCKED = (403, "Application is locked")
SUCCESS = "Success"


def create(call: Call) -> HttpResponse:
    fields = validation.of_new_application(call.parameters)
    try:
        application = lifecycle.add_application(fields, owner=str(call.member.pk))
    except lifecycle.KeyInUse as error:
        raise Refusal(*KEY_IN_USE) from error
    except lifecycle.InvalidApplication as error:
        raise Refusal(400, f"Error: {error}") from error
    _take_picture(call, application)
    created = shown_applications.whole(application.pk)
    _note("app_created", created, call, application)
    return output({**created, "app_id": str(application.pk)})


def _take_picture(call: Call, application: Application) -> None:
    """What is no picture is left out, as in the original: the application is there already."""
    upload = call.request.FILES.get("app_image")
    if upload is None or isinstance(upload, list) or (upload.size or 0) > pictures.MAX_BYTES:
        return
    try:
        application_pictures.put(str(application.pk), upload.read())
    except pictures.NotAPicture:
        return


def update(call: Call) -> HttpResponse:
    fields = validation.of_change(call.parameters)
    application_id = fields.pop("app_id")
    # The rule has looked at the parameter `app_id`, which may name another application than the one to change.
    if not access.is_app_admin(call.member, application_id):
        raise Refusal(401, "User does not have admin rights for this app")
    application = _find(application_id)
    if application is None:
        raise Refusal(*NOT_FOUND)
    if not fields:
        return message("Nothing changed")
    before = shown_applications.whole(application.pk)
    try:
        lifecycle.change_application(application, fields)
    except lifecycle.KeyInUse as error:
        raise Refusal(*KEY_IN_USE) from error
    except lifecycle.InvalidApplication as error:
        raise Refusal(400, f"Error: {error}") from error
    _note("app_updated", {"before": before, "update": fields}, call, application)
    return output({**fields, "edited_at": application.edited_at})


def update_settings(call: Call) -> HttpResponse:
    application = _find(call.parameters["app_id"])
    if application is None:
        raise Refusal(*NOT_FOUND)
    settings = validation.of_settings(call.parameters)
    if not settings:
        return message("Nothing changed")
    before = lookup.fresh_by_ids([str(application.pk)])[str(application.pk)].overrides
    shown, stored, errors = _handled(call.member, str(application.pk), settings)
    if not shown:
        raise Refusal(400, f"Couldn't update plugin: {'; '.join(errors)}")
    if stored:
        lifecycle.change_settings(application, stored)
    for namespace, values in shown.items():
        is_handled = SETTINGS_HANDLERS.get(namespace) is not None
        action = f"plugin_{namespace}_config_updated" if is_handled else "app_config_updated"
        changed = {"before": {namespace: before.get(namespace)}, "update": {namespace: values}}
        _note(action, changed, call, application)
    told = {"result": "; ".join(errors)} if errors else {}
    return output({"_id": str(application.pk), "plugins": shown, **told})


def _handled(
    member: Member, application_id: str, settings: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """What is shown, what of it is to be stored, and what is wrong with the rest."""
    shown: dict[str, Any] = {}
    stored: dict[str, Any] = {}
    errors = []
    for namespace, values in settings.items():
        handle, may_set = SETTINGS_HANDLERS.get(namespace), MAY_SET.get(namespace)
        try:
            if handle is not None and not isinstance(values, dict):
                raise InvalidSettings(f"{namespace} takes an object")
            if may_set is not None and not may_set(member, values):
                raise InvalidSettings(f"You may not set {namespace} for all of these applications")
            handled = handle(application_id, values) if handle else values
        except InvalidSettings as error:
            errors.append(str(error))
            continue
        if isinstance(handled, KeptElsewhere):
            shown[namespace] = handled.shown
        else:
            shown[namespace] = stored[namespace] = handled
    return shown, stored, errors


def delete(call: Call) -> HttpResponse:
    application = _find(validation.of_deletion(call.parameters)["app_id"])
    if application is None:
        raise Refusal(500, "Error deleting app")
    deleted = shown_applications.whole(application.pk)
    try:
        removal.delete_application(application)
    except removal.Locked as error:
        raise Refusal(*LOCKED) from error
    _note("app_deleted", deleted, call, application)
    return message(SUCCESS)


def reset(call: Call) -> HttpResponse:
    fields = validation.of_reset(call.parameters)
    application = _find(fields["app_id"])
    if application is None:
        raise Refusal(*NOT_FOUND)
    try:
        removal.reset_application(application, fields["period"])
    except removal.Locked as error:
        raise Refusal(*LOCKED) from error
    actions = {"all": "clear_all", "reset": "app_reset"}
    data = {"period": fields["period"], "name": application.name}
    _note(actions.get(fields["period"], "app_clear_old_data"), data, call, application)
    return message(SUCCESS)


def show_all(call: Call) -> HttpResponse:
    everything = shown_applications.packed(None)
    return output({"admin_of": everything, "user_of": everything})


def show_own(call: Call) -> HttpResponse:
    if call.member.global_admin:
        return show_all(call)
    administers, uses = people.applications_of(call.member)
    return output({"admin_of": shown_applications.packed(administers), "user_of": shown_applications.packed(uses)})


def show_details(call: Call) -> HttpResponse:
    application_id = call.parameters["app_id"]
    application = _find(application_id)
    if application is None:
        raise Refusal(401, "App does not exist")
    described: dict[str, Any] = {
        **shown_applications.details(application.pk),
        "owner": people.name_of(application.owner),
        "owner_id": application.owner,
        "last_data_users": data.newest_activity(application_id),
    }
    return output({"app": described, **people.of_application(application_id)})


def show_settings(call: Call) -> HttpResponse:
    application_id, name = call.parameters.get("app_id"), call.parameters.get("name")
    if not application_id:
        raise Refusal(400, "Error: Missing app_id argument")
    application = lookup.fresh_by_ids([application_id]).get(application_id)
    settings = application.overrides if application else {}
    if name:
        settings = {name: settings[name]} if isinstance(name, str) and name in settings else {}
    return output({"plugins": settings} if settings else {})


def _note(action: str, data: dict[str, Any], call: Call, application: Application) -> None:
    about = {"_id": str(application.pk), **data}
    audit.record(action, about, member=call.member, application_id=str(application.pk), address=call.address)


def _find(application_id: str) -> Application | None:
    if not ObjectId.is_valid(application_id):
        return None
    return Application.objects.filter(pk=application_id).first()


WRITES = {
    "create": Action(callers.global_admin, create),
    "update": Action(callers.application_or_global_admin, update),
    "update/plugins": Action(callers.application_admin, update_settings),
    "delete": Action(callers.global_admin, delete),
    "reset": Action(callers.global_admin, reset),
}
READS = {
    "all": Action(callers.global_admin, show_all),
    "mine": Action(callers.any_member, show_own),
    "details": Action(callers.application_admin, show_details),
    "plugins": Action(callers.global_admin, show_settings),
}
INVALID_WRITE = "Invalid path, must be one of /create, /update, /delete or /reset"
INVALID_READ = "Invalid path, must be one of /all, /mine, /details or /plugins"
