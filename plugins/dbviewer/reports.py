"""Aggregations that are kept: long tasks whose rights are checked again when they run."""

from typing import Any

from apps.accounts.actions import Call
from apps.accounts.models import Member
from apps.core import client_pipelines
from apps.core.api_view import Refusal
from apps.exports.collections import Source
from apps.tasks import long_tasks
from apps.tasks.kinds import Data, Running
from plugins.dbviewer import browsing, listing

KIND = "dbviewer"
MAX_TEXT = 500
MOST_MS = 3_600_000  # of an aggregation as a task


def start_kept(
    source: Source, pipeline: Any, *, member: Member, application_id: str, name: str = "", address: str = ""
) -> str:
    """From a screen, for this member alone. The id of the task."""
    return long_tasks.start(
        KIND,
        _arguments(source, pipeline, member),
        creator=member,
        application_id=application_id,
        name=(name or f"Aggregation of {source.collection}")[:MAX_TEXT],
        view="#/manage/db/task/",
        is_global=False,
        is_made_by_hand=True,
        address=address,
    )


def _arguments(source: Source, pipeline: Any, member: Member) -> dict[str, Any]:
    return {
        "database": source.database,
        "collection": source.collection,
        "pipeline": pipeline,
        "member": str(member.pk),
    }


def start(call: Call, source: Source, pipeline: Any) -> str:
    """The id of the task. Raises Refusal for a token with limits, which the task would not know."""
    if call.member.has_limited_token:
        raise Refusal(403, "Token not valid")
    sent = call.parameters
    return long_tasks.start(
        KIND,
        _arguments(source, pipeline, call.member),
        creator=call.member,
        application_id=str(sent.get("app_id") or ""),
        name=str(sent.get("report_name") or f"Aggregation of {source.collection}")[:MAX_TEXT],
        description=str(sent.get("report_desc") or "")[:MAX_TEXT],
        period=str(sent.get("period_desc") or "")[:MAX_TEXT],
        view="#/manage/db/task/",
        is_global=sent.get("global") in (True, "true"),
        is_refreshed=sent.get("autoRefresh") in (True, "true"),
        is_made_by_hand=sent.get("save_report") in (True, "true"),
        address=call.address,
    )


def run(task: Running) -> Data:
    asked = task.arguments
    member = Member.objects.filter(pk=asked["member"]).first()
    source = None
    if member is not None and not member.locked:
        source = listing.source(member, str(asked["database"]), str(asked["collection"]))
    if source is None:
        raise RuntimeError("The member who asked for this may not look into the collection")
    pipeline, removed = client_pipelines.read(asked["pipeline"])
    rows = browsing.aggregate(source, pipeline, browsing.MAX_AGGREGATED, most_ms=MOST_MS)
    return Data({"aaData": rows, "removed": removed})
