"""Between the fields of the form and the message as it is stored. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from plugins.push.contents import USER_FIELDS
from plugins.push.kinds import API, EVENT, PLAIN, kind_of, trigger_of

#: `{name|there}` in a text is the user's property, or what stands behind the bar where the user has none.
PLACE = re.compile(r"\{(custom\.|api\.)?([A-Za-z_]\w{0,60})(?:\|([^{}|]{0,100}))?\}")
NOW, LATER = "now", "later"
VARIANTS = 6  # of texts, for a platform or a language
CONDITIONS = 2
PROPERTIES = ("cc", "la", "p", "pv", "av", "d", "cty")
LINKS = ("url", "media")  # that a variant may have of its own
FLAGS = ("silent", "tz", "delayed", "reschedule", "actuals", "wakes")
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
TIME = "%Y-%m-%dT%H:%M"

Values = Mapping[str, Any]


class Unreadable(ValueError):
    """The name of the field that cannot be read."""


def read(form: Any, application_id: str, zone: ZoneInfo, now_ms: int) -> dict[str, Any]:
    """The message as API clients send it. `form`: a QueryDict. Raises Unreadable."""
    is_silent = form.get("silent") == "on"
    return {
        "app": application_id,
        "platforms": form.getlist("platforms"),
        "filter": _filter(form),
        "triggers": [_trigger(form, zone, now_ms)],
        "contents": _contents(form, is_silent=is_silent),
        "info": {"title": form.get("name", "").strip(), "silent": is_silent},
    }


def _filter(form: Any) -> dict[str, Any]:
    parts: list[Any] = []
    for number in range(CONDITIONS):
        name = form.get(f"property_{number}", "")
        values = [value.strip() for value in form.get(f"values_{number}", "").split(",") if value.strip()]
        if name in PROPERTIES and values:
            parts.append({name: {"$nin" if form.get(f"is_{number}") == "not" else "$in": values}})
    query = form.get("query", "").strip()
    if query:
        try:
            parts.append(json.loads(query))
        except ValueError as error:
            raise Unreadable("query") from error
    if not parts:
        return {}
    return {"user": json.dumps(parts[0] if len(parts) == 1 else {"$and": parts})}


def _trigger(form: Any, zone: ZoneInfo, now_ms: int) -> dict[str, Any]:
    when = form.get("when", NOW)
    if when == NOW:
        return {"kind": PLAIN, "start": now_ms}
    start = _moment(form, "start", zone)
    if when == LATER:
        if start is None:
            raise Unreadable("start")
        trigger: dict[str, Any] = {"kind": PLAIN, "start": start, "delayed": form.get("delayed") == "on"}
        if form.get("tz") == "on":
            ahead = datetime.fromtimestamp(start / 1000, zone).utcoffset()
            minutes = int(ahead.total_seconds() // 60) if ahead else 0
            trigger |= {"tz": True, "sctz": -minutes, "reschedule": form.get("reschedule") == "on"}
        return trigger
    trigger = {"kind": EVENT if when == EVENT else API, "start": start or now_ms}
    end = _moment(form, "end", zone)
    if end is not None:
        trigger["end"] = end
    if when == EVENT:
        trigger["events"] = form.getlist("events")
        for name, unit in (("delay", MINUTE_MS), ("sleep", HOUR_MS), ("cap", 1)):
            if (number := _whole(form, name)) is not None:
                trigger[name] = number * unit
        if (at := _time_of_day(form, "time")) is not None:
            trigger |= {"time": at, "reschedule": form.get("reschedule") == "on"}
        if form.get("actuals") == "on":
            trigger["actuals"] = True
    return trigger


def _contents(form: Any, *, is_silent: bool) -> list[dict[str, Any]]:
    first: dict[str, Any] = {}
    for name in ("url", "media", "sound", "data"):
        if value := form.get(name, "").strip():
            first[name] = value
    if extras := [one.strip() for one in form.get("extras", "").split(",") if one.strip()]:
        first["extras"] = extras
    if (badge := _whole(form, "badge")) is not None:
        first["badge"] = badge
    if (days := _whole(form, "expiration")) is not None:
        first["expiration"] = days * DAY_MS
    if is_silent:
        return [first]
    first |= _texts(form.get("title", ""), form.get("message", ""))
    buttons = [
        {"title": form.get(f"button_{number}", "").strip(), "url": form.get(f"button_url_{number}", "").strip()}
        for number in range(2)
    ]
    if buttons := [button for button in buttons if button["title"]]:
        first["buttons"] = buttons
    if specific := _specific(form):
        first["specific"] = specific
    return [first, *(variant for number in range(VARIANTS) if (variant := _variant(form, number)))]


def _variant(form: Any, number: int) -> dict[str, Any]:
    """What is said otherwise on a platform or in a language; nothing where the form says nothing."""
    whose = {
        "p": form.get(f"platform_{number}", "").strip(),
        "la": form.get(f"language_{number}", "").strip().lower(),
    }
    said = _texts(form.get(f"title_{number}", ""), form.get(f"message_{number}", ""))
    said |= {name: value for name in LINKS if (value := form.get(f"{name}_{number}", "").strip())}
    if not any(whose.values()):
        if said:
            raise Unreadable("variant")
        return {}
    return {**{name: value for name, value in whose.items() if value}, **said} if said else {}


def _specific(form: Any) -> list[dict[str, Any]]:
    texts = {name: form.get(name, "").strip() for name in ("subtitle", "large_icon")}
    found: list[dict[str, Any]] = [{name: text} for name, text in texts.items() if text]
    return [*found, {"setContentAvailable": True}] if form.get("wakes") == "on" else found


def _texts(title: str, message: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, written in (("title", title), ("message", message)):
        text, places = split(written.replace("\r\n", "\n").strip())
        if text or places:
            found[name] = text
        if places:
            found[f"{name}Pers"] = places
    return found


def split(written: str) -> tuple[str, dict[str, Any]]:
    """The text without what is in braces, and what belongs where."""
    text, places, last = "", {}, 0
    for match in PLACE.finditer(written):
        scope, key, fallback = match.groups()
        if scope is None and key not in USER_FIELDS:
            continue
        text += written[last : match.start()]
        kind = {"custom.": "c", "api.": "a"}.get(scope or "", "u")
        if str(len(text)) in places:  # two of them side by side: a position holds one
            text += "\u200b"
        places[str(len(text))] = {"f": fallback or "", "c": False, "k": key, "t": kind}
        last = match.end()
    return text + written[last:], places


def joined(text: str, places: Mapping[str, Any]) -> str:
    """As people wrote it."""
    result, last = "", 0
    for position, one in sorted(places.items(), key=lambda item: int(item[0])):
        scope = {"c": "custom.", "a": "api."}.get(one.get("t"), "")
        fallback = f"|{one['f']}" if one.get("f") else ""
        result += f"{text[last : int(position)]}{{{scope}{one['k']}{fallback}}}"
        last = int(position)
    return result + text[last:]


# Back into the form --------------------------------------------------------------------------------------------------
def values_of(message: Mapping[str, Any], zone: ZoneInfo, start_ms: int) -> dict[str, Any]:
    """What the form shows of a stored message."""
    trigger, contents = trigger_of(message), list(message.get("contents") or [{}])
    first, info, kind = contents[0], message.get("info") or {}, kind_of(message)
    values: dict[str, Any] = {
        "name": info.get("title", ""),
        "silent": bool(info.get("silent")),
        "platforms": list(message.get("platforms") or []),
        "query": (message.get("filter") or {}).get("user", ""),
        "when": LATER if kind == PLAIN else kind,
        "start": datetime.fromtimestamp(start_ms / 1000, zone).strftime(TIME) if start_ms else "",
        "events": list(trigger.get("events") or []),
        **{name: bool(trigger.get(name)) for name in ("tz", "delayed", "reschedule", "actuals")},
        "end": _local(trigger.get("end"), zone),
        "time": _clock(trigger["time"]) if "time" in trigger else "",
        "extras": ", ".join(first.get("extras") or []),
        **{name: first.get(name, "") for name in ("url", "media", "sound", "data", "badge")},
        "title": joined(first.get("title", ""), first.get("titlePers") or {}),
        "message": joined(first.get("message", ""), first.get("messagePers") or {}),
        "expiration": first["expiration"] // DAY_MS if first.get("expiration") else "",
    }
    for name, unit in (("delay", MINUTE_MS), ("sleep", HOUR_MS), ("cap", 1)):
        values[name] = trigger[name] // unit if trigger.get(name) else ""
    for number, button in enumerate((first.get("buttons") or [])[:2]):
        values |= {f"button_{number}": button["title"], f"button_url_{number}": button["url"]}
    specific = {name: value for one in first.get("specific") or () for name, value in one.items()}
    values |= {name: specific.get(name, "") for name in ("subtitle", "large_icon")}
    values["wakes"] = bool(specific.get("setContentAvailable"))
    for number, content in enumerate(contents[1 : VARIANTS + 1]):
        values |= {f"platform_{number}": content.get("p", ""), f"language_{number}": content.get("la", "")}
        for name in ("title", "message"):
            values[f"{name}_{number}"] = joined(content.get(name, ""), content.get(f"{name}Pers") or {})
        values |= {f"{name}_{number}": content.get(name, "") for name in LINKS}
    return values


def values_of_form(form: Any) -> dict[str, Any]:
    return {
        **{name: form.get(name, "") for name in form},
        **{name: form.get(name) == "on" for name in FLAGS},
        "platforms": form.getlist("platforms"),
        "events": form.getlist("events"),
    }


def carries_more(message: Mapping[str, Any]) -> bool:
    """Whether the message says more than the form can show, and would lose by it."""
    contents: Sequence[Mapping[str, Any]] = message.get("contents") or []
    shown = {"p", "la", "title", "titlePers", "message", "messagePers", *LINKS}
    known = {"subtitle", "large_icon", "setContentAvailable"}
    first = contents[0] if contents else {}
    return (
        len(contents) > VARIANTS + 1
        or any(not shown.issuperset(one) for one in contents[1:])
        or any(not known.issuperset(one) for one in first.get("specific") or ())
        or any(button.get("pers") for button in first.get("buttons") or ())
    )


def _local(moment: Any, zone: ZoneInfo) -> str:
    """Of a date as it is stored."""
    if not isinstance(moment, datetime):
        return ""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone).strftime(TIME)


def _clock(ms: int) -> str:
    return f"{ms // HOUR_MS:02}:{ms % HOUR_MS // MINUTE_MS:02}"


def _time_of_day(form: Any, name: str) -> int | None:
    """Milliseconds since midnight."""
    text = form.get(name, "")
    if not text:
        return None
    try:
        at = time.fromisoformat(text[:5])
    except ValueError as error:
        raise Unreadable(name) from error
    return at.hour * HOUR_MS + at.minute * MINUTE_MS


def _moment(form: Any, name: str, zone: ZoneInfo) -> int | None:
    text = form.get(name, "")
    if not text:
        return None
    try:
        return round(datetime.strptime(text[:16], TIME).replace(tzinfo=zone).timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise Unreadable(name) from error


def _whole(form: Any, name: str) -> int | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Unreadable(name)
    return int(text)
