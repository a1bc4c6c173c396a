"""`/i/crashes/*` and `/o/crashes/*`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts import callers
from apps.accounts.actions import Action, Call
from apps.accounts.callers import Rule
from apps.accounts.models import Member
from apps.aggregation.values import integer_of, is_truthy
from apps.core import clock, json_text
from apps.core.answers import message, output
from apps.core.api_view import Refusal
from apps.plugin_api import audit
from plugins.crashes import comments, deletion, states, storage
from plugins.crashes.states import Change

FEATURE = "crashes"
SUCCESS = "Success"
MOST_GROUPS = 1_000
FIRST_MS = 100_000_000_000  # times above are in milliseconds
APPLICATION_ID = re.compile(r"[0-9a-f]{24}")

#: Field of a report -> what it is called, and the ending of the file.
FILES = {"error": ("stacktrace", "txt"), "binary_crash_dump": ("binary_dump", "dmp")}

TOO_MANY_COMMENTS = f"A crash has at most {comments.MOST_COMMENTS} comments, of {comments.MOST_BYTES} bytes together"

Arguments = dict[str, Any]


# Who, and about what --------------------------------------------------------------------------------------------------
def of_arguments(rule: Rule, name: str) -> Rule:
    """As the rule; the application may be named in `args` alone."""

    def checked(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
        return rule({**parameters, "app_id": application_of(parameters)}, headers)

    checked.__doc__ = rule.__doc__
    checked.__name__ = name
    return checked


def application_of(parameters: Mapping[str, Any]) -> str:
    """ "" when none is named."""
    named = parameters.get("app_id")
    if not named:
        found = _parsed(parameters)
        named = found.get("app_id") if isinstance(found, dict) else ""
    return named if isinstance(named, str) and APPLICATION_ID.fullmatch(named) else ""


def read_arguments(call: Call) -> tuple[str, Arguments]:
    """The application and the arguments. Raises Refusal."""
    if not call.parameters.get("args"):
        raise Refusal(400, "Error: args not found")
    arguments = _parsed(call.parameters)
    if not isinstance(arguments, dict):
        raise Refusal(400, "Error: could not parse args")
    application_id = application_of(call.parameters)
    named = arguments.get("app_id")
    if named and named != application_id:
        raise Refusal(400, "Error: app_id mismatch")
    if not application_id:
        raise Refusal(400, 'Missing parameter "app_id"')
    return application_id, arguments


def _parsed(parameters: Mapping[str, Any]) -> Any:
    """None for what is no JSON. An empty object was sent and says nothing."""
    sent = parameters.get("args")
    if not isinstance(sent, str):
        return sent
    try:
        return json_text.parse(sent)
    except ValueError:
        return None


def groups_of(arguments: Arguments) -> list[str]:
    sent = arguments.get("crashes")
    if not isinstance(sent, list):
        sent = [arguments.get("crash_id")]
    return list(dict.fromkeys(each for each in sent if isinstance(each, str) and each))[:MOST_GROUPS]


# States ---------------------------------------------------------------------------------------------------------------
def resolve(call: Call) -> HttpResponse:
    application_id, arguments = read_arguments(call)
    groups = states.change(application_id, groups_of(arguments), states.resolve)
    for each in groups:
        _tell(call, "crash_resolved", application_id, {"crash_id": each})
    return output({each: group.get("latest_version") for each, group in groups.items()})


def changing(action: str, how: Change) -> Callable[[Call], HttpResponse]:
    """An endpoint that answers whether it went well, and no more. `action`: its name in the audit log; "" for none."""

    def answer(call: Call) -> HttpResponse:
        application_id, arguments = read_arguments(call)
        groups = states.change(application_id, groups_of(arguments), how)
        for each in groups if action else ():
            _tell(call, action, application_id, {"crash_id": each})
        return message(SUCCESS)

    return answer


def delete(call: Call) -> HttpResponse:
    application_id, arguments = read_arguments(call)
    for group in deletion.delete_groups(application_id, groups_of(arguments)):
        told = {name: group.get(name) for name in ("_id", "name", "os", "reports", "users", "latest_version")}
        _tell(call, "crash_deleted", application_id, told)
    return message(SUCCESS)


# Sharing --------------------------------------------------------------------------------------------------------------
def share(call: Call) -> HttpResponse:
    application_id, arguments = read_arguments(call)
    for each in groups_of(arguments)[:1]:
        if states.share(application_id, each):
            _tell(call, "crash_shared", application_id, {"crash_id": each})
    return message(SUCCESS)


def unshare(call: Call) -> HttpResponse:
    application_id, arguments = read_arguments(call)
    for each in groups_of(arguments)[:1]:
        if states.unshare(application_id, each):
            _tell(call, "crash_unshared", application_id, {"crash_id": each})
    return message(SUCCESS)


def modify_share(call: Call) -> HttpResponse:
    application_id, arguments = read_arguments(call)
    sent = arguments.get("data")
    if not isinstance(sent, dict):
        raise Refusal(400, "No data to save")
    shown = {name: sent[name] for name in states.SHARED_PARTS if sent.get(name) in (True, False)}
    for each in groups_of(arguments)[:1]:
        if states.modify_share(application_id, each, shown):
            _tell(call, "crash_modify_share", application_id, {"crash_id": each, "data": shown})
    return message(SUCCESS)


# Comments -------------------------------------------------------------------------------------------------------------
def add_comment(call: Call) -> HttpResponse:
    application_id, group_id, arguments = _of_comment(call)
    text, time_s = _text_and_time(arguments)
    try:
        comment = comments.add(application_id, group_id, text, time_s, call.member)
    except comments.TooMany as error:
        raise Refusal(400, TOO_MANY_COMMENTS) from error
    if comment:
        _tell(call, "crash_added_comment", application_id, {"crash_id": group_id, **comment})
    return message(SUCCESS)


def edit_comment(call: Call) -> HttpResponse:
    """The answer does not tell whether the comment is the caller's own: clients of the original expect that."""
    application_id, group_id, arguments = _of_comment(call)
    comment_id = arguments.get("comment_id")
    text, time_s = _text_and_time(arguments)
    wanted = comment_id if isinstance(comment_id, str) else ""
    try:
        before = comments.edit(application_id, group_id, wanted, text, time_s, call.member)
    except comments.TooMany as error:
        raise Refusal(400, TOO_MANY_COMMENTS) from error
    if before:
        told = {"crash_id": group_id, "before": before, "update": {"text": text, "edit_time": time_s}}
        _tell(call, "crash_edited_comment", application_id, told)
    return message(SUCCESS)


def delete_comment(call: Call) -> HttpResponse:
    application_id, group_id, arguments = _of_comment(call)
    comment_id = arguments.get("comment_id")
    wanted = comment_id if isinstance(comment_id, str) else ""
    if comment := comments.delete(application_id, group_id, wanted, call.member):
        _tell(call, "crash_deleted_comment", application_id, {"crash_id": group_id, **comment})
    return message(SUCCESS)


def _of_comment(call: Call) -> tuple[str, str, Arguments]:
    application_id, arguments = read_arguments(call)
    group_id = arguments.get("crash_id")
    if not isinstance(group_id, str) or not group_id:
        raise Refusal(400, "Missing params")
    return application_id, group_id, arguments


def _text_and_time(arguments: Arguments) -> tuple[str, int]:
    text, sent = arguments.get("text"), integer_of(arguments.get("time")) if arguments.get("time") else None
    time_s = int(sent / 1000 if sent > FIRST_MS else sent) if sent and 0 < sent < FIRST_MS * 100 else clock.now_s()
    return text if isinstance(text, str) else "", time_s


# Files ----------------------------------------------------------------------------------------------------------------
def download_stacktrace(call: Call) -> HttpResponse:
    return _download(call, "error")


def download_binary(call: Call) -> HttpResponse:
    return _download(call, "binary_crash_dump")


def _download(call: Call, field: str) -> HttpResponse:
    report_id = call.parameters.get("crash_id")
    if not isinstance(report_id, str) or not report_id:
        raise Refusal(400, "Please provide crash_id parameter")
    return file_of(application_of(call.parameters), report_id, field)


def file_of(application_id: str, report_id: str, field: str) -> HttpResponse:
    """Raises Refusal when the report has none."""
    report = storage.report(application_id, report_id) if application_id else None
    if report is None:
        raise Refusal(400, "Crash not found")
    kind, ending = FILES[field]
    content = report.get(field)
    if not is_truthy(content):
        raise Refusal(400, f"Crash does not have {kind}")
    body = content if isinstance(content, bytes) else str(content).encode()
    response = HttpResponse(body, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{report["_id"]}_{kind}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


# The audit log --------------------------------------------------------------------------------------------------------
def _tell(call: Call, action: str, application_id: str, data: Mapping[str, Any]) -> None:
    audit.record(action, data, member=call.member, application_id=application_id, address=call.address)


_creator = of_arguments(callers.creator(FEATURE), "creator_by_arguments")
_updater = of_arguments(callers.updater(FEATURE), "updater_by_arguments")
_deleter = of_arguments(callers.deleter(FEATURE), "deleter_by_arguments")

ACTIONS = {
    "/i/crashes/resolve": Action(_updater, resolve),
    "/i/crashes/unresolve": Action(_updater, changing("crash_unresolved", states.unresolve)),
    "/i/crashes/resolving": Action(_updater, changing("crash_resolving", states.resolving)),
    "/i/crashes/hide": Action(_updater, changing("crash_hidden", states.hide)),
    "/i/crashes/show": Action(_updater, changing("crash_shown", states.show)),
    "/i/crashes/view": Action(_updater, changing("", states.view)),
    "/i/crashes/share": Action(_updater, share),
    "/i/crashes/unshare": Action(_updater, unshare),
    "/i/crashes/modify_share": Action(_updater, modify_share),
    "/i/crashes/add_comment": Action(_creator, add_comment),
    "/i/crashes/edit_comment": Action(_updater, edit_comment),
    "/i/crashes/delete_comment": Action(_deleter, delete_comment),
    "/i/crashes/delete": Action(_deleter, delete),
    "/o/crashes/download_stacktrace": Action(callers.reader(FEATURE), download_stacktrace),
    "/o/crashes/download_binary": Action(callers.reader(FEATURE), download_binary),
}

#: Names in the audit log, and what people read in their place.
AUDITED = {
    "crash_resolved": _("Crash resolved"),
    "crash_unresolved": _("Crash unresolved"),
    "crash_resolving": _("Crash being resolved"),
    "crash_hidden": _("Crash hidden"),
    "crash_shown": _("Crash shown"),
    "crash_shared": _("Crash shared"),
    "crash_unshared": _("Crash no longer shared"),
    "crash_modify_share": _("What a shared crash shows changed"),
    "crash_added_comment": _("Comment on a crash added"),
    "crash_edited_comment": _("Comment on a crash edited"),
    "crash_deleted_comment": _("Comment on a crash deleted"),
    "crash_deleted": _("Crash deleted"),
}
