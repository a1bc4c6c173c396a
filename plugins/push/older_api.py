"""`/i/pushes/*`: the API before messages had triggers and contents. Calls become those of today, answers are today's.

What is not known to it is refused by name, so that no program believes in something that does not happen.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpResponse

from apps.accounts import callers
from apps.accounts.access import Denied, has_right
from apps.accounts.actions import Call
from apps.accounts.models import Member
from apps.core import clock
from apps.core.answers import output
from apps.core.arguments import object_in
from plugins.push import audience, endpoints, messages, validation
from plugins.push.failures import PushProblem, bad_parameters
from plugins.push.kinds import API, PLAIN

MOST_APPLICATIONS = 20
ID_LENGTH = 24
#: "default", "de"; with "|t" its title, with "|0|t" and "|0|l" title and address of its first button.
TEXT_NAME = re.compile(r"(?P<language>default|[a-z]{2,3})(\|(?P<button>[01])\|(?P<part>[tl])|\|(?P<title>t))?")
KNOWN = frozenset(
    {"_id", "type", "apps", "platforms", "messagePerLocale", "locales", "userConditions", "drillConditions", "geo",
     "geos", "cohorts", "sound", "badge", "url", "media", "mediaMime", "data", "buttons", "date", "tz", "delayed",
     "expiryDate", "contentAvailable", "tx", "source", "test", "title"}
)  # fmt: skip
Sent = Mapping[str, Any]


# Who may ------------------------------------------------------------------------------------------------------------
def of_applications(named_by: Callable[[Sent], list[str]], letter: str, rule: callers.Rule) -> callers.Rule:
    """`rule` for each application that a call is about, whatever its `app_id` says."""

    @wraps(rule)
    def checked(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
        named = named_by(parameters)
        member = rule({**parameters, "app_id": named[0]} if named else parameters, headers)
        if not all(has_right(member, letter, application_id, "push") for application_id in named):
            raise Denied(401, callers.NO_RIGHT)
        return member

    checked.__doc__ = (rule.__doc__ or "").replace("the application in `app_id`", "each application it is about")
    return checked


def named_in_args(parameters: Sent) -> list[str]:
    named = _args(parameters).get("apps")
    return [str(one) for one in named] if isinstance(named, list) and len(named) <= MOST_APPLICATIONS else []


def of_message(parameters: Sent) -> list[str]:
    try:
        return [str(messages.find(_id_of(parameters))["app"])]
    except PushProblem:
        return []


# Endpoints ----------------------------------------------------------------------------------------------------------
@endpoints.with_problems
def create(call: Call) -> HttpResponse:
    """One message for each application; nothing is made when one of them cannot be."""
    args = _args(call.parameters)
    read = [validation.read_message(message_of(args, one), is_draft=False) for one in _named(args)]
    for fields in read:
        messages.check_credentials(messages.application_of(fields["app"]).id, fields["platforms"])
    made = [messages.create(fields, call.member, is_draft=False) for fields in read]
    for message in made:
        endpoints.note("push_message_created", message, call)
    endpoints.send_soon()
    shown = messages.shown(made[0])
    return output({**shown, "apps": [str(one["app"]) for one in made], "messages": [str(one["_id"]) for one in made]})


@endpoints.with_problems
def prepare(call: Call) -> HttpResponse:
    """How many users the message would reach. Nothing is kept: `create` chooses them anew."""
    args = _args(call.parameters)
    total, count = 0, {audience.DEFAULT_LANGUAGE: 0}
    errors: list[str] = []
    platforms = validation.read_platforms(args.get("platforms"), errors)
    filter_ = validation.read_filter(_filter(args), errors)
    if errors:
        raise bad_parameters(*errors)
    for application_id in _named(args):
        found = audience.estimate(messages.application_of(application_id).id, platforms, filter_)
        total += found["count"]
        for language, users in found["locales"].items():
            count[language] = count.get(language, 0) + users
    return output({"build": {"total": total, "count": count}})


@endpoints.with_problems
def remove(call: Call) -> HttpResponse:
    message = messages.remove(*_message(call), call.member)
    endpoints.note("push_message_deleted", message, call)
    return output({})


@endpoints.with_problems
def activate(call: Call) -> HttpResponse:
    active = {**call.parameters, **_args(call.parameters)}.get("active")
    if active not in ("true", "false", True, False):
        raise bad_parameters("Missing active argument" if active is None else "active: Invalid value")
    is_wanted = active in ("true", True)
    message = messages.toggle(*_message(call), active=is_wanted)
    endpoints.note("push_message_activated" if is_wanted else "push_message_deactivated", message, call)
    return output(messages.shown(message))


def _message(call: Call) -> tuple[str, str]:
    """Its id, and that of its application, for which the right was checked."""
    message_id = _id_of(call.parameters)
    return message_id, str(messages.find(message_id)["app"])


# Reading ------------------------------------------------------------------------------------------------------------
def message_of(args: Sent, application_id: str) -> dict[str, Any]:
    """The message as `/i/push/message/create` takes it. Raises PushProblem for what cannot be said that way."""
    errors = [f"{name} is not known" for name in args if name not in KNOWN]
    if args.get("test") not in (None, False, "false"):
        errors.append("test: send it to the testers by /i/push/message/test")
    start = _moment(args.get("date"), "date", errors) or clock.now_ms()
    trigger: dict[str, Any] = {"kind": API if args.get("tx") is True else PLAIN, "start": start}
    zone = args.get("tz")
    if zone not in (None, False, "false") and trigger["kind"] == PLAIN:
        trigger |= {"tz": True, "sctz": zone if type(zone) is int else 0}
    if args.get("delayed") is True:
        trigger["delayed"] = True
    contents = _contents(args, start, errors)
    if errors:
        raise bad_parameters(*errors)
    is_silent = args.get("type") == "data"
    return {
        "app": application_id,
        "platforms": args.get("platforms"),
        "filter": _filter(args),
        "triggers": [trigger],
        "contents": contents,
        "info": {"title": str(args.get("title") or ""), "silent": is_silent},
    }


def _contents(args: Sent, start: int, errors: list[str]) -> list[dict[str, Any]]:
    texts = args.get("messagePerLocale") or {}
    if not isinstance(texts, Mapping):
        errors.append("messagePerLocale: Invalid value")
        return []
    first: dict[str, Any] = {name: args[name] for name in ("sound", "url", "media", "mediaMime") if args.get(name)}
    if type(args.get("badge")) is int:
        first["badge"] = args["badge"]
    if args.get("data"):
        first["data"] = args["data"] if isinstance(args["data"], str) else json.dumps(args["data"])
    if (end := _moment(args.get("expiryDate"), "expiryDate", errors)) is not None:
        first["expiration"] = end - start
    if args.get("contentAvailable") is True:
        first["specific"] = [{"setContentAvailable": True}]
    found: dict[str, dict[str, Any]] = {"default": first}
    buttons: dict[str, dict[int, dict[str, str]]] = {}
    for name, text in texts.items():
        known = TEXT_NAME.fullmatch(str(name))
        if known is None or not isinstance(text, str):
            errors.append(f"messagePerLocale: {str(name)[:40]} is not known")
            continue
        language = known["language"]
        content = found.setdefault(language, {"la": language})
        if known["button"]:
            button = buttons.setdefault(language, {}).setdefault(int(known["button"]), {})
            button["title" if known["part"] == "t" else "url"] = text
        else:
            content["title" if known["title"] else "message"] = text
    sent = args.get("buttons")
    number = sent if isinstance(sent, int) else validation.MOST_BUTTONS
    for language, own in buttons.items():
        usual = buttons.get("default", {})
        found[language]["buttons"] = [{**usual.get(place, {}), **own[place]} for place in sorted(own) if place < number]
    return list(found.values())


def _filter(args: Sent) -> dict[str, Any]:
    """What cannot be asked here is handed on, and refused where all messages are read."""
    conditions = args.get("userConditions")
    found: dict[str, Any] = {"geos": args.get("geos") or args.get("geo"), "cohorts": args.get("cohorts")}
    found["drill"] = args.get("drillConditions")
    if conditions:
        found["user"] = conditions if isinstance(conditions, str) else json.dumps(conditions)
    return found


def _named(args: Sent) -> list[str]:
    named = args.get("apps")
    if not isinstance(named, list) or not named or len(named) > MOST_APPLICATIONS:
        raise bad_parameters("Missing apps argument" if not named else "apps: Invalid value")
    return list(dict.fromkeys(str(one) for one in named))


def _moment(sent: Any, name: str, errors: list[str]) -> int | None:
    """In milliseconds."""
    if sent in (None, ""):
        return None
    if type(sent) is not int or not 10**12 <= sent <= validation.LATEST_MS:
        errors.append(f"{name}: milliseconds are expected")
        return None
    return sent


def _args(parameters: Sent) -> dict[str, Any]:
    return object_in(parameters, "args")


def _id_of(parameters: Sent) -> str:
    found = _args(parameters).get("_id") or parameters.get("_id")
    return found if isinstance(found, str) and len(found) == ID_LENGTH else ""


Answer = Callable[[Call], HttpResponse]
#: Address -> which applications it is about, letter of the right, answer.
ANSWERS: Mapping[str, tuple[Callable[[Sent], list[str]], str, Answer]] = {
    "/i/pushes/create": (named_in_args, "c", create),
    "/i/pushes/prepare": (named_in_args, "c", prepare),
    "/i/pushes/delete": (of_message, "d", remove),
    "/i/pushes/active": (of_message, "u", activate),
}
