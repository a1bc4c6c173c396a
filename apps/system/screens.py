"""How the server is doing, and its jobs: for global administrators."""

import re
from datetime import UTC, time
from typing import Any

from bson import ObjectId
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pymongo.errors import PyMongoError
from redis import RedisError

from apps.aggregation.records import decode
from apps.core import locales, mail
from apps.core.api_view import Refusal
from apps.pipeline import dead_letters, replay
from apps.pipeline.status import pipeline_status
from apps.plugin_api import audit
from apps.plugin_api.jobs import JOBS
from apps.plugin_api.menu import global_admins
from apps.shell import moments
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.parts import Documents, Figures, Part, Tile
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit
from apps.system import endpoints, heartbeat, job_methods, job_records, versions

SUSPENDED = "SUSPENDED"
#: By the names that the API has for them.
STATUSES = {
    "SCHEDULED": gettext_lazy("Scheduled"),
    "RUNNING": gettext_lazy("Running"),
    "DONE": gettext_lazy("Done"),
    "CANCELLED": gettext_lazy("Cancelled"),
    "ABORTED": gettext_lazy("Failed"),
    "PAUSED": gettext_lazy("Paused"),
    "WAITING": gettext_lazy("Waiting"),
    SUSPENDED: gettext_lazy("Suspended"),
}
MAX_LETTERS = 50
PIPELINE = "/o/system/pipeline"
MAX_TEXT = 2_000
LARGEST_SECONDS = 10**11


def build_health(visit: Visit) -> list[Part]:
    status = pipeline_status()
    idle = heartbeat.seconds_since_last_task()
    now = _("now")
    tiles = [
        Tile(id="waiting", title=_("Requests waiting"), value=status.waiting, note=now),
        Tile(id="oldest", title=_("Oldest waiting"), value=status.oldest_waiting_seconds, kind="duration", note=now),
        Tile(id="dead", title=_("Dead letters"), value=status.dead_letters, note=now),
        Tile(id="worker", title=_("Since the worker's last task"), value=idle or 0, kind="duration", note=now),
    ]
    return [
        Figures(id="health", title=_("Receiving"), tiles=tiles, api=PIPELINE),
        Table(
            id="shards",
            title=_("Shards"),
            columns=[
                Column("shard", _("Shard"), "text"),
                Column("waiting", _("Waiting")),
                Column("oldest", _("Oldest"), "duration"),
                Column("flushed", _("Last flush"), "moment"),
            ],
            rows=[
                {
                    "shard": str(shard.shard),
                    "waiting": shard.waiting,
                    "oldest": shard.oldest_waiting_seconds or 0,
                    "flushed": int(shard.last_flush.timestamp()) if shard.last_flush else None,
                }
                for shard in status.shards
            ],
            nothing=_("Nothing has been received yet."),
            width="half",
            api=PIPELINE,
        ),
        Table(
            id="drops",
            title=_("Not counted, by reason"),
            hint=_("Of the last seven days."),
            columns=[Column("reason", _("Reason"), "name"), Column("number", _("Requests"))],
            rows=[{"reason": _(reason), "number": number} for reason, number in endpoints.recent_drops().items()],
            sort="-number",
            nothing=_("Everything was counted."),
            width="half",
            api=PIPELINE,
        ),
        Table(
            id="versions",
            title=_("Versions"),
            hint=_("Which have run on this database, and whose layout it has."),
            columns=[Column("version", _("Version"), "name"), Column("updated", _("Since"), "moment")],
            rows=_versions(),
            width="half",
            api="/o/countly_version",
        ),
        Documents(
            id="letters",
            title=_("Dead letters"),
            hint=_("Requests that could not be counted. They stay until they are replayed or dropped."),
            items=[_letter(letter) for letter in dead_letters.find(limit=MAX_LETTERS)],
            nothing=_("There are none."),
            buttons=[
                {"action": "replay", "title": _("Try again")},
                {"action": "drop", "title": _("Drop"), "confirm": _("Drop this request for good?")},
            ],
        ),
    ]


def _versions() -> list[dict[str, Any]]:
    """The newest first."""
    named = [("Tally", each) for each in versions.of_tally()] + [("Countly", each) for each in versions.of_layout()]
    rows = [
        {"version": f"{name} {each['version']}", "updated": _noted_at(each.get("updated")), "_key": f"{name}-{number}"}
        for number, (name, each) in enumerate(named)
    ]
    return sorted(rows, key=lambda row: -(row["updated"] or 0))


def _noted_at(updated: Any) -> int | None:
    """Of what Countly stored: milliseconds or seconds."""
    if not isinstance(updated, int | float) or isinstance(updated, bool):
        return None
    return int(updated / 1000 if updated > LARGEST_SECONDS else updated)


def _letter(letter: dict[str, Any]) -> dict[str, Any]:
    try:
        record = decode(dead_letters.record_of(letter))
        sent = (record.query + b"\n" + record.body).decode("utf-8", "replace").strip()
    except ValueError:
        sent = _("It cannot be read.")
    return {
        "id": str(letter["_id"]),
        "title": letter["reason"],
        "note": moments.text(letter["at"].replace(tzinfo=UTC).timestamp(), with_seconds=True),
        "text": f"{sent[:MAX_TEXT]}\n\n{letter['traceback']}",
    }


def replay_letter(visit: Visit) -> Done:
    try:
        is_counted = replay.replay(_id(visit))
    except replay.Gone as error:
        raise Refusal(404, _("Somebody else was faster.")) from error
    except replay.StillDead as error:
        raise Refusal(400, _("It could not be counted this time either: %(reason)s") % {"reason": error}) from error
    except (PyMongoError, RedisError) as error:
        raise Refusal(503, _("A store does not answer. Look again in a moment.")) from error
    audit.record("dead_letter_replayed", {"_id": str(_id(visit))}, member=visit.member)
    return Done(_("It was counted.") if is_counted else _("Its sender had repeated it: it was counted already."))


def drop_letter(visit: Visit) -> Done:
    letter_id = _id(visit)
    letter = next(dead_letters.find(ids=[letter_id]), None)
    if letter is None or not dead_letters.drop(letter):
        raise Refusal(404, _("Somebody else was faster."))
    audit.record("dead_letter_dropped", {"_id": str(letter_id), "reason": letter["reason"]}, member=visit.member)
    return Done(_("It was dropped."))


def send_test_mail(visit: Visit) -> Done:
    try:
        endpoints.send_test_mail_to(visit.member)
    except mail.MailFailed as error:
        raise Refusal(503, _("It was not sent: %(reason)s") % {"reason": error}) from error
    return Done(_("A mail to %(address)s was handed to the mail server.") % {"address": visit.member.email})


def build_jobs(visit: Visit) -> list[Part]:
    titles = dict(JOBS.items())
    groups = {row["name"]: row for row in job_methods.groups()}
    rows = [
        {
            "title": job.title,
            "_code": name,
            "status": status_text(groups[name]["status"]) if name in groups else _("Not planned yet"),
            "schedule": schedule_text(job.schedule),
            "next": _seconds(groups.get(name, {}).get("next")),
            "finished": _seconds(groups.get(name, {}).get("finished")),
        }
        for name, job in titles.items()
    ]
    planned = [
        {
            "id": groups[name]["rowId"],
            "title": job.title,
            "note": name,
            "marks": [status_text(groups[name]["status"])],
            "text": "\n".join(_run(run) for run in list(job_records.runs({"name": name}))[:20]),
            "buttons": _buttons(groups[name]["status"]),
        }
        for name, job in titles.items()
        if name in groups
    ]
    return [
        Table(
            id="table",
            title=_("Jobs"),
            columns=[
                Column("title", _("Job"), "name"),
                Column("status", _("Status"), "text"),
                Column("schedule", _("Schedule"), "text"),
                Column("next", _("Next run"), "moment"),
                Column("finished", _("Last run"), "moment"),
            ],
            rows=rows,
            sort="title",
            size=25,
            api=visit.api_of_server("/o", method="jobs"),
        ),
        Documents(
            id="runs",
            title=_("Runs"),
            items=planned,
            nothing=_("No worker has planned a job yet."),
        ),
    ]


def _buttons(status: str) -> list[dict[str, str]]:
    if status == SUSPENDED:
        return [{"action": "resume", "title": _("Resume")}]
    return [{"action": "run", "title": _("Run now")}, {"action": "suspend", "title": _("Suspend")}]


def status_text(status: str) -> str:
    return str(STATUSES.get(status, status))


def schedule_text(schedule: str) -> str:
    """The five fields of cron in words, for those that jobs have; others as they are."""
    if schedule == "* * * * *":
        return _("every minute")
    if every := re.fullmatch(r"\*/(\d+) \* \* \* \*", schedule):
        return _("every %(number)s minutes") % {"number": every[1]}
    if daily := re.fullmatch(r"(\d+) (\d+) \* \* \*", schedule):
        return _("daily at %(time)s UTC") % {"time": locales.clock_text(time(int(daily[2]), int(daily[1])))}
    return schedule


def _run(run: job_records.Run) -> str:
    told = {"next": _("due %(time)s"), "started": _("begun %(time)s"), "finished": _("ended %(time)s")}
    times = [text % {"time": _iso(run[name])} for name, text in told.items() if run.get(name)]
    return "  ".join([f"{status_text(job_methods.status_of(run)):<10}", *times, str(run.get("error") or "")]).rstrip()


def run_job(visit: Visit) -> Done:
    name = _job_name(visit)
    if not job_records.bring_forward(name):
        raise Refusal(400, _("It runs already, or is suspended."))
    audit.record("job_started", {"name": name}, member=visit.member)
    return Done(_("It will run within a few seconds."))


def suspend_job(visit: Visit) -> Done:
    return _suspended(visit, True)


def resume_job(visit: Visit) -> Done:
    return _suspended(visit, False)


def _suspended(visit: Visit, is_suspended: bool) -> Done:
    name = _job_name(visit)
    if not job_records.suspend(_id(visit), is_suspended):
        raise Refusal(400, _("It runs just now, or is so already."))
    audit.record("job_suspended" if is_suspended else "job_resumed", {"name": name}, member=visit.member)
    return Done(_("The job is suspended.") if is_suspended else _("The job goes on."))


def _job_name(visit: Visit) -> str:
    run = next(job_records.runs({"_id": _id(visit)}), None)
    if run is None:
        raise Refusal(404, _("There is no such job."))
    return str(run["name"])


def _id(visit: Visit) -> ObjectId:
    sent = visit.request.POST.get("id", "")
    if not ObjectId.is_valid(sent):
        raise Refusal(404, _("There is nothing of that id."))
    return ObjectId(sent)


def _seconds(ms: int | None) -> int | None:
    return None if ms is None else int(ms) // 1000


def _iso(ms: int) -> str:
    return moments.text(int(ms) / 1000, with_seconds=True)


def _anybody(visit: Visit) -> bool:
    """Who may open the screen may do so: see `allowed`."""
    return global_admins(visit.member)


HEALTH = Screen(
    name="health",
    route="health",
    title=gettext_lazy("Server health"),
    allowed=global_admins,
    build=build_health,
    actions="system/health_actions.html",
    post=post_of(
        {
            "replay": FormAction(_anybody, replay_letter),
            "drop": FormAction(_anybody, drop_letter),
            "test_mail": FormAction(_anybody, send_test_mail),
        }
    ),
    has_period=False,
)
JOBS_SCREEN = Screen(
    name="jobs",
    route="jobs",
    title=gettext_lazy("Jobs"),
    allowed=global_admins,
    build=build_jobs,
    post=post_of(
        {
            "run": FormAction(_anybody, run_job),
            "suspend": FormAction(_anybody, suspend_job),
            "resume": FormAction(_anybody, resume_job),
        }
    ),
    has_period=False,
)
