"""Messages as people and API clients write them, checked field by field. Pure.

What is not named here is left out; what is stored consists of plain values, so that nothing of a client's making ever
becomes an operator.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bson import ObjectId

from apps.core import client_queries, json_text
from apps.core.arguments import is_storable
from plugins.push.automatic import date_of
from plugins.push.failures import bad_parameters, invalid
from plugins.push.kinds import API, COHORT, EVENT, PLAIN
from plugins.push.platforms import ADDRESSED

Fields = dict[str, Any]

LONGEST_TEXT, LONGEST_TITLE, LONGEST_URL, LONGEST_DATA = 4_000, 1_000, 2_000, 4_000
LONGEST_POSITION = 5  # digits: no text is longer
MOST_CONTENTS, MOST_EVENTS, MOST_BUTTONS, MOST_EXTRAS = 100, 100, 2, 50
MIN_EXPIRATION_MS, MAX_EXPIRATION_MS = 60_000, 366 * 86_400_000
DAY_MS = 86_400_000
LATEST_MS = 253_402_300_799_000
LANGUAGE = re.compile(r"[a-z]{2,3}")
KINDS = (PLAIN, EVENT, COHORT, API)
PERSONAL_TYPES = frozenset("euca")
URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:[^\s]+")


def read_message(sent: Any, *, is_draft: bool) -> Fields:
    """Application, platforms, audience, trigger and contents of a message. Raises PushProblem."""
    if not isinstance(sent, Mapping):
        raise bad_parameters("A message is a JSON object")
    errors: list[str] = []
    message: Fields = {
        "app": _application(sent.get("app"), errors),
        "platforms": read_platforms(sent.get("platforms"), errors),
        "filter": read_filter(sent.get("filter"), errors),
        "triggers": [_trigger(one, errors) for one in _list(sent, "triggers", 1, errors, is_needed=not is_draft)],
        "contents": [
            read_content(one, errors) for one in _list(sent, "contents", MOST_CONTENTS, errors, is_needed=not is_draft)
        ],
        "info": _info(sent.get("info"), errors),
    }
    if sent.get("saveStats") is True:
        message["saveStats"] = True
    if errors:
        raise bad_parameters(*errors)
    if not is_draft:
        check_complete(message)
    return message


def check_complete(message: Mapping[str, Any]) -> None:
    """What a draft need not have. Raises PushProblem."""
    errors = []
    contents, silent = message["contents"], bool(message["info"].get("silent"))
    first = contents[0] if contents else {}
    if first.get("p") or first.get("la"):
        errors.append("The first content is the default one: it has no platform and no language")
    if not silent and not (first.get("message") or first.get("title")):
        errors.append("Message or title is required")
    if silent and not (first.get("data") or first.get("extras") or first.get("badge") is not None):
        errors.append("A silent message carries data")
    for trigger in message["triggers"]:
        if trigger["kind"] == EVENT and not trigger.get("events"):
            errors.append("Events are required")
        if trigger["kind"] == COHORT:
            errors.append("Cohorts are not available on this server")
        if trigger["kind"] == PLAIN and trigger.get("tz") and "sctz" not in trigger:
            errors.append("sctz is required when tz is true")
    if errors:
        raise invalid(*errors)


# Audience ------------------------------------------------------------------------------------------------------------
def read_platforms(sent: Any, errors: list[str]) -> list[str]:
    if not isinstance(sent, list) or not sent:
        errors.append("Missing platforms argument" if sent is None else "platforms: Invalid value")
        return []
    if any(not isinstance(platform, str) or platform not in ADDRESSED for platform in sent):
        errors.append("platforms: Invalid value")
        return []
    return list(dict.fromkeys(sent))


def read_filter(sent: Any, errors: list[str]) -> Fields:
    """As stored: `user` stays the text of a query; `audience.query_of` reads it again."""
    if sent is None:
        return {}
    if not isinstance(sent, Mapping):
        errors.append("filter: Invalid value")
        return {}
    found: Fields = {}
    user = sent.get("user")
    if user:
        if not isinstance(user, str) or not _is_json_object(user):
            errors.append("filter: Invalid JSON for user")
        else:
            try:
                client_queries.read(user)
                found["user"] = user
            except client_queries.InvalidQuery as error:
                errors.append(f"filter: {error}")
    errors += [f"filter: {name} is not available on this server" for name in unsupported_parts(sent)]
    return found


def unsupported_parts(filter_: Mapping[str, Any]) -> list[str]:
    """Names of those that choose users by what is not kept here. An empty one chooses nobody out."""
    return [name for name in ("drill", "geos", "cohorts") if filter_.get(name) not in (None, "", "{}", [], {})]


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json_text.parse(text), dict)
    except ValueError:
        return False


# Trigger -------------------------------------------------------------------------------------------------------------
def _trigger(sent: Any, errors: list[str]) -> Fields:
    if not isinstance(sent, Mapping) or sent.get("kind") not in KINDS:
        errors.append("triggers: Invalid kind")
        return {}
    kind = sent["kind"]
    trigger: Fields = {"kind": kind}
    start = _moment(sent, "start", errors)
    if start is not None:
        trigger["start"] = start
    else:
        errors.append("triggers: Missing start argument")
    if kind == PLAIN:
        for name in ("tz", "delayed", "reschedule"):
            _flag(sent, name, trigger, errors)
        _integer(sent, "sctz", (-1_440, 1_440), trigger, errors)
        return trigger
    for name in ("actuals", "reschedule"):
        _flag(sent, name, trigger, errors)
    if (end := _moment(sent, "end", errors)) is not None:
        trigger["end"] = end
        if start is not None and end < start:
            errors.append("triggers: end is before start")
    _integer(sent, "time", (0, DAY_MS - 1), trigger, errors)
    for name in ("delay", "sleep"):
        _integer(sent, name, (0, 366 * DAY_MS), trigger, errors)
    _integer(sent, "cap", (1, 100), trigger, errors)
    if kind == EVENT:
        events = sent.get("events")
        is_list = isinstance(events, list) and 0 < len(events) <= MOST_EVENTS
        if not is_list or not all(isinstance(key, str) and 0 < len(key) <= 127 for key in events or ()):
            errors.append("triggers: Invalid events")
        else:
            trigger["events"] = list(dict.fromkeys(events or ()))
    return trigger


# Contents ------------------------------------------------------------------------------------------------------------
def read_content(sent: Any, errors: list[str]) -> Fields:
    if not isinstance(sent, Mapping):
        errors.append("contents: Invalid value")
        return {}
    content: Fields = {}
    if sent.get("p") is not None:
        _checked(sent, "p", lambda value: value in (*ADDRESSED, "h"), content, errors)
    if sent.get("la") is not None:
        _checked(sent, "la", lambda value: value == "default" or bool(LANGUAGE.fullmatch(value)), content, errors)
        if content.get("la") == "default":
            del content["la"]
    for name, longest in (("title", LONGEST_TITLE), ("message", LONGEST_TEXT), ("sound", 200), ("mediaMime", 100)):
        _checked(sent, name, lambda value, most=longest: len(value) <= most, content, errors)  # type: ignore[misc]
    for name in ("url", "media"):
        _checked(sent, name, lambda value: len(value) <= LONGEST_URL and bool(URL.fullmatch(value)), content, errors)
    for name in ("titlePers", "messagePers"):
        if sent.get(name):
            content[name] = _personal(sent[name], name, errors)
    if sent.get("badge") is not None:
        _integer(sent, "badge", (-1, 2**31 - 1), content, errors)
    if sent.get("expiration") is not None:
        _integer(sent, "expiration", (MIN_EXPIRATION_MS, MAX_EXPIRATION_MS), content, errors)
    if sent.get("data"):
        _checked(sent, "data", lambda value: len(value) <= LONGEST_DATA and _is_json_object(value), content, errors)
    if sent.get("extras"):
        extras = sent["extras"]
        if isinstance(extras, list) and len(extras) <= MOST_EXTRAS and all(isinstance(one, str) for one in extras):
            content["extras"] = extras
        else:
            errors.append("contents: Invalid extras")
    if sent.get("buttons"):
        content["buttons"] = _buttons(sent["buttons"], errors)
    if sent.get("specific"):
        content["specific"] = _specific(sent["specific"], errors)
    return content


def _is_position(position: Any) -> bool:
    text = str(position)
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_POSITION


def _personal(sent: Any, name: str, errors: list[str]) -> Fields:
    """Position in the text -> what is put in there: fallback, whether it begins with a capital, key, type."""
    if not isinstance(sent, Mapping) or not all(map(_is_position, sent)):
        errors.append(f"contents: Invalid {name}")
        return {}
    found: Fields = {}
    for position, one in sent.items():
        is_sound = (
            isinstance(one, Mapping)
            and isinstance(one.get("k"), str)
            and 0 < len(one["k"]) <= 256
            and isinstance(one.get("t"), str)
            and one["t"] in PERSONAL_TYPES
            and isinstance(one.get("f", ""), str)
        )
        if not is_sound:
            errors.append(f"contents: Invalid {name}")
            return {}
        found[str(position)] = {"f": one.get("f", ""), "c": bool(one.get("c")), "k": one["k"], "t": one["t"]}
    return found


def _buttons(sent: Any, errors: list[str]) -> list[Fields]:
    def is_sound(one: Any) -> bool:
        return (
            isinstance(one, Mapping)
            and isinstance(one.get("title"), str)
            and 0 < len(one["title"]) <= 200
            and isinstance(one.get("url"), str)
            and len(one["url"]) <= LONGEST_URL
        )

    if not isinstance(sent, list) or len(sent) > MOST_BUTTONS or not all(is_sound(one) for one in sent):
        errors.append("contents: Invalid buttons")
        return []
    return [
        {"title": one["title"], "url": one["url"]}
        | ({"pers": _personal(one["pers"], "buttons", errors)} if one.get("pers") else {})
        for one in sent
    ]


def _specific(sent: Any, errors: list[str]) -> list[Fields]:
    """Of the platform: `subtitle` (iOS), `large_icon` (Android), `setContentAvailable` (iOS)."""
    is_sound = (
        isinstance(sent, list)
        and len(sent) <= MOST_EXTRAS
        and all(isinstance(one, Mapping) and is_storable(dict(one)) for one in sent)
        and all(isinstance(value, str | int | bool) for one in sent for value in one.values())
    )
    if not is_sound:
        errors.append("contents: Invalid specific")
        return []
    return [dict(one) for one in sent]


def _info(sent: Any, errors: list[str]) -> Fields:
    if sent is None:
        return {}
    if not isinstance(sent, Mapping):
        errors.append("info: Invalid value")
        return {}
    info: Fields = {}
    _checked(sent, "title", lambda value: len(value) <= LONGEST_TITLE, info, errors)
    for name in ("silent", "scheduled", "demo"):
        _flag(sent, name, info, errors)
    locales = sent.get("locales")
    if isinstance(locales, Mapping):
        info["locales"] = {
            name: number
            for name, number in locales.items()
            if isinstance(name, str) and name.isalpha() and len(name) <= 10 and isinstance(number, int)
        }
    return info


# Single values -------------------------------------------------------------------------------------------------------
def _application(sent: Any, errors: list[str]) -> ObjectId | None:
    if isinstance(sent, str) and ObjectId.is_valid(sent) and len(sent) == 24:
        return ObjectId(sent)
    errors.append("Missing app argument" if sent is None else "app: Invalid value")
    return None


def _list(sent: Mapping[str, Any], name: str, most: int, errors: list[str], *, is_needed: bool) -> list[Any]:
    value = sent.get(name)
    if value is None:
        if is_needed:
            errors.append(f"Missing {name} argument")
        return []
    if not isinstance(value, list) or len(value) > most or (is_needed and not value):
        errors.append(f"{name}: Invalid value")
        return []
    return value


def _checked(
    sent: Mapping[str, Any], name: str, is_sound: Callable[[str], bool], into: Fields, errors: list[str]
) -> None:
    """A text; an empty one counts as none."""
    value = sent.get(name)
    if value is None or value == "":
        return
    if isinstance(value, str) and "\0" not in value and is_sound(value):
        into[name] = value
    else:
        errors.append(f"{name}: Invalid value")


def _flag(sent: Mapping[str, Any], name: str, into: Fields, errors: list[str]) -> None:
    value = sent.get(name)
    if isinstance(value, bool):
        into[name] = value
    elif value is not None:
        errors.append(f"{name}: Invalid value")


def _integer(sent: Mapping[str, Any], name: str, limits: tuple[int, int], into: Fields, errors: list[str]) -> None:
    value = sent.get(name)
    if value is None:
        return
    if isinstance(value, int | float) and not isinstance(value, bool) and limits[0] <= value <= limits[1]:
        into[name] = int(value)
    else:
        errors.append(f"{name}: Invalid value")


def _moment(sent: Mapping[str, Any], name: str, errors: list[str]) -> Any:
    """Milliseconds, or a date in ISO 8601."""
    value = sent.get(name)
    if value is None:
        return None
    try:
        if isinstance(value, str):
            found: Any = client_queries.value({"$date": value})
        elif isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LATEST_MS:
            found = date_of(value)
        else:
            raise client_queries.InvalidQuery("no date")
    except client_queries.InvalidQuery:
        errors.append(f"{name}: Invalid value")
        return None
    return found
