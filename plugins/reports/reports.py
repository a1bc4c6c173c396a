"""Reports, and who may do what with them: owners and global administrators change, recipients read."""

from collections.abc import Mapping
from typing import Any

from apps.accounts import access
from apps.core import clock
from apps.core.api_view import Refusal
from apps.plugin_api.widgets import REPORT_TYPES
from plugins.reports import documents, fields
from plugins.reports.documents import CORE, OWN, Report

NO_RIGHT = "User does not have right"
NO_APPLICATION = "User does not have right to access this information"


def create(sent: Mapping[str, Any], member: Any) -> Report:
    """Raises Refusal."""
    if sent.get("report_type") == CORE and not sent.get("apps"):
        raise Refusal(400, "Invalid or missing apps")
    wanted = _read(sent, sent.get("report_type"))
    _require_rights(wanted, member)
    full = fields.completed(wanted, fields.now_utc(clock.now_s()))
    return documents.insert({**full, "user": member.pk})


def update(report: Report, sent: Mapping[str, Any], member: Any) -> Report:
    """The report as it is now. Raises Refusal."""
    wanted = _read(sent, sent.get("report_type", report.get("report_type")))
    _require_rights(wanted, member, report)
    own = {name: value for name, value in report.items() if name not in ("_id", OWN)}
    full = fields.completed({**own, **wanted}, fields.now_utc(clock.now_s()))
    # A new time begins now: what would have been due by it before is not sent.
    changes = {**full, f"{OWN}.done_s": clock.now_s()}
    documents.change(report, changes | ({f"{OWN}.left": []} if "emails" in wanted else {}))
    return {**report, **full}


def of_member(report_id: object, member: Any) -> Report | None:
    """To be changed by him. None when there is none; raises Refusal when it is somebody else's."""
    report = documents.by_id(report_id)
    if report is not None and not may_change(report, member):
        raise Refusal(401, NO_RIGHT)
    return report


def visible(report_id: object, member: Any) -> Report | None:
    """To be looked at by him: his own, or one that he gets."""
    report = documents.by_id(report_id)
    if report is None or may_change(report, member) or member.email in (report.get("emails") or ()):
        return report
    raise Refusal(401, NO_RIGHT)


def may_change(report: Mapping[str, Any], member: Any) -> bool:
    return bool(member.global_admin) or report.get("user") == member.pk


def switch(states: Mapping[str, bool], member: Any) -> None:
    """All or none. Raises Refusal."""
    found = [(report, is_on) for one, is_on in states.items() if (report := of_member(one, member)) is not None]
    for report, is_on in found:
        documents.change(report, {"enabled": is_on})


def shown(report: Mapping[str, Any]) -> dict[str, Any]:
    """As clients know it."""
    own = {name: value for name, value in report.items() if name != OWN}
    return {
        "report_type": CORE,
        **own,
        "_id": str(report["_id"]),
        "user": str(report.get("user") or ""),
        "isValid": is_valid(report),
    }


def _read(sent: Mapping[str, Any], kind: object) -> dict[str, Any]:
    try:
        return fields.read(sent, is_about_applications=(kind or CORE) == CORE)
    except fields.InvalidReport as error:
        raise Refusal(400, str(error)) from error


def _require_rights(wanted: Mapping[str, Any], member: Any, before: Mapping[str, Any] | None = None) -> None:
    readable = {one.id for one in access.readable_applications(member)}
    if not readable.issuperset(wanted.get("apps") or ()) or not is_offered({**(before or {}), **wanted}, member):
        raise Refusal(401, NO_APPLICATION)


def is_offered(report: Mapping[str, Any], member: Any) -> bool:
    """What the report is about, where that is another thing than applications. Types that nobody offers are kept."""
    kind = REPORT_TYPES.get(str(report.get("report_type") or CORE))
    return kind is None or str(report.get(kind.field) or "") in kind.choices(member)


def is_valid(report: Mapping[str, Any]) -> bool:
    """Whether there can be something to send."""
    name = str(report.get("report_type") or CORE)
    if name == CORE:
        return True
    owner = access.member_by_id(str(report.get("user") or ""))
    return name in REPORT_TYPES and owner is not None and is_offered(report, owner)
