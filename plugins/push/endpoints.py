"""`/i/push/*` and `/o/push/*`: messages."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from bson import ObjectId
from django.http import HttpResponse

from apps.accounts.actions import Call
from apps.aggregation.documents import profiles_collection
from apps.core import client_queries, clock, json_text, mongo
from apps.core.answers import output
from apps.core.api_view import Refusal
from apps.plugin_api import audit
from plugins.push import (
    audience,
    automatic,
    dashboard,
    documents,
    listing,
    media,
    messages,
    scheduling,
    testing,
    validation,
)
from plugins.push.automatic import ms_of
from plugins.push.failures import PushProblem, bad_parameters, impossible, invalid
from plugins.push.kinds import is_api, trigger_of
from plugins.push.tasks import task_send

Answer = Callable[[Call], HttpResponse]
OWN = frozenset({"api_key", "auth_token", "app_id", "callback"})  # parameters that are no fields of a message


def with_problems(answer: Answer) -> Answer:
    """Problems are answered in the forms of this plugin."""

    @wraps(answer)
    def answered(call: Call) -> HttpResponse:
        try:
            return answer(call)
        except PushProblem as problem:
            return output(problem.body, problem.status)

    return answered


# Writing -------------------------------------------------------------------------------------------------------------
@with_problems
def create(call: Call) -> HttpResponse:
    sent = _sent(call)
    is_draft = sent.get("status") == "draft"
    fields = _message_of(call, sent, is_draft=is_draft)
    message = messages.create(fields, call.member, is_draft=is_draft)
    note("push_message_draft" if is_draft else "push_message_created", message, call)
    send_soon()
    return output(messages.shown(message))


@with_problems
def update(call: Call) -> HttpResponse:
    sent = _sent(call)
    is_draft = sent.get("status") == "draft"
    fields = _message_of(call, sent, is_draft=is_draft)
    before, message = messages.update(sent.get("_id"), fields, call.member, is_draft=is_draft)
    action = "push_message_updated_draft" if is_draft else "push_message_updated"
    data = {"_id": str(message["_id"]), "before": messages.shown(before), "update": messages.shown(message)}
    audit.record(action, data, member=call.member, application_id=str(message["app"]), address=call.address)
    send_soon()
    return output(messages.shown(message))


@with_problems
def toggle(call: Call) -> HttpResponse:
    active = call.parameters.get("active")
    if active not in ("true", "false", True, False):
        raise bad_parameters("Missing active argument" if active is None else "active: Invalid value")
    is_wanted = active in ("true", True)
    message = messages.toggle(call.parameters.get("_id"), _application_id(call), active=is_wanted)
    note("push_message_activated" if is_wanted else "push_message_deactivated", message, call)
    return output(messages.shown(message))


@with_problems
def remove(call: Call) -> HttpResponse:
    message = messages.remove(call.parameters.get("_id"), _application_id(call), call.member)
    note("push_message_deleted", message, call)
    return output({})


@with_problems
def test(call: Call) -> HttpResponse:
    """Sends at once, and waits for what the providers say."""
    fields = _message_of(call, _sent(call), is_draft=False)
    result = testing.send_to_testers(fields, messages.application_of(fields["app"]))
    data = {"title": fields["info"].get("title"), "platforms": fields["platforms"], "result": result}
    audit.record(
        "push_message_test", data, member=call.member, application_id=_application_id(call), address=call.address
    )
    return output({"result": result})


@with_problems
def push(call: Call) -> HttpResponse:
    """By an API client: to whom and when, with words of its own."""
    sent = _sent(call)
    message = messages.find(sent.get("_id"), _application_id(call))
    if not is_api(message):
        raise invalid("The message is not triggered by the API")
    if message["status"] not in messages.ACTIVE:
        raise impossible("The message is stopped")
    errors: list[str] = []
    filter_ = validation.read_filter(_object(sent.get("filter")), errors)
    contents = _object(sent.get("contents"))
    override = [validation.read_content(one, errors) for one in contents] if isinstance(contents, list) else []
    variables = _object(sent.get("variables"))
    is_plain = isinstance(variables, Mapping) and all(isinstance(one, str | int | float) for one in variables.values())
    if variables is not None and not is_plain:
        errors.append("variables: Invalid value")
    start = sent.get("start")
    if start is not None and ms_of(_number(start)) <= 0:
        errors.append("start: Invalid value")
    if not filter_:
        errors.append("Missing filter argument")
    if errors:
        raise bad_parameters(*errors)
    start_ms = ms_of(_number(start))
    if automatic.is_over(trigger_of(message), max(start_ms, clock.now_ms())):
        raise impossible("The message has ended")
    told = {"start": start_ms, documents.CONTENT: override, documents.VARIABLES: variables}
    try:
        counted = scheduling.add_for_users(message, messages.application_of(message["app"]), filter_, told)
    except client_queries.InvalidQuery as error:
        raise impossible(f"InvalidFilter: {error}") from error
    if not counted:
        raise impossible("NoAudience")
    send_soon()
    return output(messages.shown(messages.find(str(message["_id"])))["result"])


@with_problems
def pop(call: Call) -> HttpResponse:
    sent = _sent(call)
    message = messages.find(sent.get("_id"), _application_id(call))
    errors: list[str] = []
    filter_ = validation.read_filter(_object(sent.get("filter")), errors)
    if errors or not filter_:
        raise bad_parameters(*(errors or ["Missing filter argument"]))
    users = audience.members(str(message["app"]), message["platforms"], filter_)
    return output({"removed": messages.cancel(message, [str(profile["uid"]) for profile in users])})


# Reading -------------------------------------------------------------------------------------------------------------
@with_problems
def show(call: Call) -> HttpResponse:
    message_id = next((part for part in call.rest if part != "GET"), call.parameters.get("_id"))
    return output(messages.shown(messages.find(message_id, _application_id(call))))


@with_problems
def list_all(call: Call) -> HttpResponse:
    asked = call.parameters

    def is_set(name: str) -> bool:
        return asked.get(name) in ("true", "1", True, 1)

    kind = "auto" if is_set("auto") else "api" if is_set("api") else "plain"
    search = str(asked.get("sSearch") or "")[:200]
    status = str(asked.get("status") or "")
    application_id = _application_id(call)
    total = listing.find(application_id, kind, removed=is_set("removed"))
    found = listing.find(application_id, kind, status=status, search=search, removed=is_set("removed"))
    column = _whole(asked.get("iSortCol_0"), -1)
    if 0 <= column < len(listing.COLUMNS):
        found = listing.ordered(found, listing.COLUMNS[column], descending=asked.get("sSortDir_0") != "asc")
    start, length = max(_whole(asked.get("iDisplayStart"), 0), 0), _whole(asked.get("iDisplayLength"), 20)
    page = found[start : start + (min(length, listing.MOST) if length > 0 else listing.MOST)]
    answer: dict[str, Any] = {"sEcho": asked["sEcho"]} if "sEcho" in asked else {}
    rows = [messages.shown(message) for message in page]
    return output(answer | {"iTotalRecords": len(total), "iTotalDisplayRecords": len(found), "aaData": rows})


@with_problems
def estimate(call: Call) -> HttpResponse:
    sent = _sent(call)
    errors: list[str] = []
    platforms = validation.read_platforms(_object(sent.get("platforms")), errors)
    filter_ = validation.read_filter(_object(sent.get("filter")), errors)
    if not isinstance(sent.get("app"), str):
        errors.insert(0, "Missing app argument")
    if errors:
        raise bad_parameters(*errors)
    if sent["app"] != _application_id(call):
        raise invalid("args.app does not match request app_id")
    messages.check_credentials(_application_id(call), platforms, ending=" ")
    return output(audience.estimate(_application_id(call), platforms, filter_))


@with_problems
def mime(call: Call) -> HttpResponse:
    return output(media.examine(call.parameters.get("url")))


@with_problems
def user(call: Call) -> HttpResponse:
    asked = call.parameters
    if asked.get("messages") not in ("true", "false", True, False):
        raise bad_parameters("Missing messages argument")
    uid, device = asked.get("id"), asked.get("did")
    if not isinstance(uid or device, str):
        raise bad_parameters("one of id & did parameters is required")
    application_id = _application_id(call)
    if not uid:
        profile = mongo.collection(profiles_collection(application_id)).find_one({"did": device}, ["uid"])
        uid = str(profile["uid"]) if profile else ""
    stored = mongo.collection(documents.tokens_collection(application_id)).find_one({"_id": uid}) or {}
    history = stored.get("msgs") if isinstance(stored.get("msgs"), dict) else {}
    if not history:
        return output({})
    answer: dict[str, Any] = {"notifications": history}
    if asked.get("messages") in ("true", True):
        ids = [ObjectId(one) for one in history if ObjectId.is_valid(one)][: listing.MOST]
        found = documents.messages().find({"_id": {"$in": ids}, "app": ObjectId(application_id)})
        answer["messages"] = [messages.shown(message) for message in found]
    return output(answer)


@with_problems
def show_dashboard(call: Call) -> HttpResponse:
    return output(dashboard.figures(messages.application_of(_application_id(call))))


# Parameters ----------------------------------------------------------------------------------------------------------
def _sent(call: Call) -> dict[str, Any]:
    """Fields of the message: the parameters, or what is in `args`."""
    args = _object(call.parameters.get("args"))
    if isinstance(args, dict):
        return args
    return {name: value for name, value in call.parameters.items() if name not in OWN}


def _message_of(call: Call, sent: Mapping[str, Any], *, is_draft: bool) -> dict[str, Any]:
    names = ("platforms", "filter", "triggers", "contents", "info")
    fields = validation.read_message(
        {**sent, **{name: _object(sent[name]) for name in names if name in sent}}, is_draft=is_draft
    )
    if str(fields["app"]) != _application_id(call):
        raise invalid("args.app does not match request app_id")
    return fields


def _object(value: Any) -> Any:
    """What came in a form is the text of JSON."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json_text.parse(value)
        except ValueError:
            return value
    return value


def _application_id(call: Call) -> str:
    application_id = call.parameters.get("app_id")
    if not isinstance(application_id, str) or not application_id:
        raise Refusal(400, 'Missing parameter "app_id"')
    return application_id


def _whole(value: Any, otherwise: int) -> int:
    try:
        return int(str(value)[:9])
    except ValueError:
        return otherwise


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16 else value


def note(action: str, message: Mapping[str, Any], call: Call) -> None:
    data = messages.shown(message)
    audit.record(action, data, member=call.member, application_id=str(message["app"]), address=call.address)


def send_soon() -> None:
    task_send.delay()
