"""`/o/system/*`, `/o/countly_version` and their like: what this server is, and whether it can do what it should."""

from datetime import timedelta

from django.conf import settings
from django.http.response import HttpResponseBase

from apps.accounts import callers
from apps.accounts.actions import Action, Call
from apps.accounts.models import Member
from apps.core import clock, json_text, mail, mongo
from apps.core.answers import message, output
from apps.core.api_view import Refusal
from apps.pipeline import drops
from apps.pipeline.status import pipeline_status
from apps.plugin_api import audit, loader, states
from apps.system import content_entries, heartbeat, versions

DROPS_OF_DAYS = 7


def show_version(call: Call) -> HttpResponseBase:
    return output({"version": versions.PROTOCOL_VERSION})


def show_plugins(call: Call) -> HttpResponseBase:
    """Those that are on."""
    return output([name for name in loader.started() if states.is_on(name)])


def show_versions(call: Call) -> HttpResponseBase:
    return message(
        {
            "mongo": str(mongo.client().server_info().get("version")),
            "fs": versions.of_tally(),
            "db": versions.of_layout(),
            "pkg": versions.PROTOCOL_PACKAGE,
        }
    )


def show_pipeline(call: Call) -> HttpResponseBase:
    """Times in seconds, moments in milliseconds; null where nothing waits, or nothing was ever done."""
    status = pipeline_status()
    return output(
        {
            "waiting": status.waiting,
            "oldest": status.oldest_waiting_seconds,
            "dead_letters": status.dead_letters,
            "idle": heartbeat.seconds_since_last_task(),
            "shards": [
                {
                    "shard": shard.shard,
                    "waiting": shard.waiting,
                    "oldest": shard.oldest_waiting_seconds,
                    "flushed": int(shard.last_flush.timestamp() * 1000) if shard.last_flush else None,
                }
                for shard in status.shards
            ],
            "dropped": recent_drops(),
        }
    )


def recent_drops() -> dict[str, int]:
    """Requests by reason, of the last DROPS_OF_DAYS."""
    return dict(drops.totals_since((clock.now() - timedelta(days=DROPS_OF_DAYS)).date().isoformat()))


def show_themes(call: Call) -> HttpResponseBase:
    """There is one, without a name; light or dark is the reader's choice."""
    return output([""])


def send_test_mail(call: Call) -> HttpResponseBase:
    """To whoever asks."""
    try:
        send_test_mail_to(call.member)
    except mail.MailFailed as error:
        raise Refusal(503, "Failed") from error
    return message("OK")


def send_test_mail_to(member: Member) -> None:
    """Raises MailFailed, also where no mail server is set."""
    if not mail.is_configured():
        raise mail.MailFailed("no mail server is set (EMAIL_URL)")
    language = member.lang if member.lang in dict(settings.LANGUAGES) else None
    name = member.full_name or member.username
    mail.send(member.email, "system/mail/test", {"name": name}, language=language)


def show_entries(call: Call) -> HttpResponseBase:
    return output({"data": content_entries.entries(_content(call))})


def save_entries(call: Call) -> HttpResponseBase:
    content = _content(call)
    sent = call.parameters.get("entries")
    try:
        number = content_entries.save(content, json_text.parse(sent) if isinstance(sent, str) else sent)
    except ValueError as error:  # InvalidEntries, or no JSON
        raise Refusal(400, "Invalid entries parameter") from error
    audit.record("cms_entries_saved", {"_id": content, "entries": number}, member=call.member, address=call.address)
    return message("Entries saved")


def clear_entries(call: Call) -> HttpResponseBase:
    content_entries.clear()
    audit.record("cms_entries_cleared", {}, member=call.member, address=call.address)
    return message("CMS cache cleared")


def _content(call: Call) -> str:
    content = call.parameters.get("_id")
    if not isinstance(content, str) or content not in content_entries.CONTENTS:
        raise Refusal(400, "Missing or incorrect API _id parameter")
    return content


READS = {
    "version": Action(callers.any_member, show_version),
    "plugins": Action(callers.global_admin, show_plugins),
    "pipeline": Action(callers.global_admin, show_pipeline),
}
VERSIONS = {"": Action(callers.any_member, show_versions)}
THEMES = {"": Action(callers.any_member, show_themes)}
MAIL_TEST = {"": Action(callers.global_admin, send_test_mail)}
CONTENT_READS = {"entries": Action(callers.any_member, show_entries)}
CONTENT_WRITES = {
    "save_entries": Action(callers.global_admin, save_entries),
    "clear": Action(callers.global_admin, clear_entries),
}
