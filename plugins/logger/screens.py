"""Incoming requests of an application, live."""

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.analytics import names
from apps.shell import moments
from apps.shell.parts import Breakdown, Documents, Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from plugins.logger import documents, settings
from plugins.logger.documents import Entry
from plugins.logger.entries import problem_parts

PAGE = 50
MAX_TEXT = 20_000


def build(visit: Visit) -> list[Part]:
    application_id, kind = visit.application.id, visit.address.get("type")
    page = max(int(visit.address.get("page") or 1), 1) if visit.address.get("page", "1").isdigit() else 1
    wanted = {f"t.{kind}": {"$exists": True}} if kind and kind.replace("_", "").isalpha() else {}
    if visit.address.get("refused"):
        wanted["c"] = {"$ne": False}
    found = list(documents.find(application_id, wanted))
    shown = found[(page - 1) * PAGE : page * PAGE]
    return [
        _types(visit, found),
        Documents(
            id="requests",
            title=_("Requests"),
            hint=_state_text(settings.state_of(visit.application)),
            items=[_item(entry) for entry in shown],
            nothing=_("No request is in the log. When the state is off, none will be."),
            previous_link=visit.address.link({"page": page - 1}) if page > 1 else "",
            next_link=visit.address.link({"page": page + 1}) if page * PAGE < len(found) else "",
            api=visit.api("/o", method="logs", period=None),
        ),
    ]


def _types(visit: Visit, found: list[Entry]) -> Part:
    """How many of each type, as links that show only these."""
    numbers: dict[str, int] = {}
    for entry in found:
        for name in entry.get("t") or {}:
            numbers[name] = numbers.get(name, 0) + 1
    refused = sum(1 for entry in found if entry.get("c"))
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "value": number,
            "percent": 100 * number / len(found),
            "href": visit.address.link({"type": name, "page": None}),
        }
        for name, number in sorted(numbers.items(), key=lambda item: -item[1])
    ]
    if refused:
        link = visit.address.link({"refused": 1, "page": None})
        rows.insert(
            0, {"name": _("Not counted"), "value": refused, "percent": 100 * refused / len(found), "href": link}
        )
    everything = visit.address.link({"type": None, "refused": None, "page": None})
    return Breakdown(
        id="types",
        title=_("Types"),
        rows=rows,
        measure=_("Requests"),
        more=everything,
        nothing=_("Nothing yet."),
        api=visit.api("/o", method="logs", period=None),
    )


def _state_text(state: str) -> str:
    return {
        settings.ON: _("Every request is logged."),
        settings.OFF: _("Logging is off for this application."),
    }.get(state, _("Requests are logged up to the limit of each minute."))


def _item(entry: Entry) -> dict[str, Any]:
    marks = list(entry.get("t") or {})
    if entry.get("c"):
        marks.insert(0, _("Not counted: %(reason)s") % {"reason": _(str(entry["c"]))})
    marks += [_in_words(str(problem)) for problem in entry.get("p") or ()]
    device = entry.get("d") or {}
    system = names.system_version(str(device.get("pv") or "")) or device.get("p")
    about = [system, names.version(str(entry.get("v") or "")), (entry.get("l") or {}).get("cc")]
    sdk = entry.get("s") or {}
    about.append(" ".join(str(sdk[name]) for name in ("name", "version") if sdk.get(name)))
    return {
        "title": str(device.get("id") or ""),
        "note": " · ".join([_time(entry), *(str(part) for part in about if part)]),
        "marks": marks,
        "text": _pretty(entry),
    }


def _in_words(problem: str) -> str:
    """In the language of the reader; what another server wrote stays as it is."""
    parts = problem_parts(problem)
    return _(parts[0]).format(name=parts[1]) if parts else problem


def _time(entry: Entry) -> str:
    return moments.text(int(entry.get("reqts") or 0) / 1000, with_seconds=True)


def _pretty(entry: Entry) -> str:
    try:
        sent = json.loads(entry.get("q") or "{}")
    except ValueError:
        sent = entry.get("q")
    shown = {"request": sent, "headers": entry.get("h"), "answer": _answer(entry, sent)}
    text = json.dumps(shown, indent=2, ensure_ascii=False, default=str)
    return text[:MAX_TEXT]


def _answer(entry: Entry, sent: Any) -> Any:
    """What the sender read. Whatever is kept is answered alike; what those who fetch read is not logged."""
    answer = entry.get("res")
    if not answer:
        return None if isinstance(sent, dict) and sent.get("method") else {"result": "Success"}
    try:
        return json.loads(answer) if isinstance(answer, str) else answer
    except ValueError:
        return answer


INCOMING = Screen(
    name="logger",
    route="applications/<str:application_id>/incoming",
    title=gettext_lazy("Incoming data"),
    feature="logger",
    build=build,
    has_period=False,
    shows_without_data=True,
)
