"""The audit log, for global administrators."""

import json
import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.plugin_api.audit import ACTIONS
from apps.plugin_api.menu import global_admins
from apps.shell.parts import Documents, Part
from apps.shell.screens import Screen
from apps.shell.tables import Column, Row, Table, TableQuery
from apps.shell.visits import Visit
from plugins.systemlogs import records
from plugins.systemlogs.records import Entry

SHOWN_IN_FULL = 20
MAX_TEXT = 20_000


def build(visit: Visit) -> list[Part]:
    columns = [
        Column("a", _("Action"), "name"),
        Column("u", _("User"), "text"),
        Column("ip", _("Address"), "text"),
        Column("ts", _("Time"), "moment"),
    ]
    newest = records.find(_search(visit.address.get("q")), sort=("ts", -1), limit=SHOWN_IN_FULL)
    return [
        Table(
            id="table",
            title=_("Actions"),
            columns=columns,
            fetch=page,
            sort="-ts",
            size=25,
            api=visit.api_of_server("/o", method="systemlogs"),
        ),
        Documents(
            id="details",
            title=_("The newest of them in full"),
            items=[_item(entry) for entry in newest],
            nothing=_("Nothing was recorded yet."),
        ),
    ]


def page(query: TableQuery) -> tuple[list[Row], int]:
    wanted = _search(query.search)
    order = (query.sort or "ts", -1 if query.descending else 1)
    found = records.find(wanted, sort=order, skip=query.offset, limit=query.size)
    rows: list[Row] = [{**_named(entry), "_key": str(entry["_id"])} for entry in found]
    return rows, records.count(wanted)


def _named(entry: Entry) -> dict[str, Any]:
    action = str(entry["a"])
    title = ACTIONS.get(action)
    return {
        "a": str(title or action.replace("_", " ").capitalize()),
        "_code": action,
        **{n: entry.get(n) for n in ("u", "ip", "ts")},
    }


def _item(entry: Entry) -> dict[str, Any]:
    return {
        "title": str(entry["a"]),
        "note": str(entry.get("u") or ""),
        "text": json.dumps(entry.get("i"), indent=2, ensure_ascii=False, default=str)[:MAX_TEXT],
    }


def _search(text: str) -> dict[str, Any]:
    if not text:
        return {}
    pattern = {"$regex": re.escape(text[:200]), "$options": "i"}
    return {"$or": [{"a": pattern}, {"u": pattern}]}


AUDIT_LOG = Screen(
    name="systemlogs",
    route="audit-log",
    title=gettext_lazy("Audit log"),
    hint=gettext_lazy("Who did what to the server and its data."),
    allowed=global_admins,
    build=build,
    has_period=False,
)
