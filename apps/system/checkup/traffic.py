"""Is what comes in also counted? Web, worker, beat and what waits between them."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings

from apps.core import clock
from apps.pipeline import drops, redirects
from apps.pipeline.status import PipelineStatus, pipeline_status
from apps.system import heartbeat
from apps.system.checkup.findings import Finding, fail, ok, warn
from apps.system.supervision import options, probes
from countly_site.environment import embedded_endpoints

SILENCE_SECONDS = 60.0
WAITING_WARN_SECONDS = 10.0
WAITING_FAIL_SECONDS = 60.0
NEARLY_FULL = 0.8
DROPS_DAYS = 7


def check_web() -> Iterator[Finding]:
    own = options.from_environment()
    url = embedded_endpoints(settings.DATA_DIR).get("web_url", own.url)
    address = urlsplit(url)
    if probes.web_answers(address.hostname or own.local_host, address.port or own.port, own.host_header):
        yield ok("Web", f"answers at {url}")
    else:
        yield warn(
            "Web",
            f"does not answer at {url}",
            "Start it with `manage.py up` or `manage.py serve web`; or it runs on another machine or HOST and PORT.",
        )


def check_worker() -> Iterator[Finding]:
    yield worker_finding(heartbeat.seconds_since_last_task(), heartbeat.messages_waiting())


def worker_finding(silence_seconds: float | None, messages: int) -> Finding:
    """Messages that nobody takes: the worker is gone. No messages and no tasks: nobody asks for them."""
    if silence_seconds is not None and silence_seconds < SILENCE_SECONDS:
        return ok("Worker and beat", f"last task {silence_seconds:.0f} s ago")
    since = "never" if silence_seconds is None else f"not for {silence_seconds:.0f} s"
    if messages:
        return fail(
            "Worker",
            f"has finished a task {since}, and {messages} messages wait",
            "Start `manage.py serve worker` (or `manage.py up`); if it runs, its log says what holds it up.",
        )
    return fail("Beat", f"has asked for a task {since}", "Start `manage.py serve beat` (or `manage.py up`).")


def check_queue() -> Iterator[Finding]:
    yield from queue_findings(pipeline_status(), settings.INGEST_MAX_WAITING)
    yield from redirect_findings(redirects.waiting(), redirects.oldest_seconds())


def redirect_findings(waiting: int, oldest_seconds: float) -> Iterator[Finding]:
    """Says nothing while what is to be sent on goes its way."""
    if waiting and oldest_seconds > WAITING_FAIL_SECONDS:
        yield warn(
            "Redirects",
            f"{waiting:,} requests wait to be sent on, the oldest for {oldest_seconds:.0f} s",
            "The worker's log says what the target of `redirect_url` answers; it tries again by itself.",
        )


def queue_findings(status: PipelineStatus, max_waiting: int) -> Iterator[Finding]:
    for shard in status.shards:
        if shard.waiting >= max_waiting * NEARLY_FULL:
            yield fail(
                "Queue",
                f"shard {shard.shard} holds {shard.waiting:,} of at most {max_waiting:,} requests; SDKs get 503 soon",
                "Add workers and shards (INGEST_SHARDS), or find in the worker's log why it is slow.",
            )
    age = status.oldest_waiting_seconds
    text = f"{status.waiting:,} requests wait, the oldest for {age:.0f} s"
    remedy = "Look whether a worker runs, and into its log; `manage.py flush` counts what waits at once."
    if age > WAITING_FAIL_SECONDS:
        yield fail("Queue", text, remedy)
    elif age > WAITING_WARN_SECONDS:
        yield warn("Queue", text, remedy)
    else:
        yield ok("Queue", text if status.waiting else "nothing waits")
    if status.dead_letters:
        yield warn(
            "Dead letters",
            f"{status.dead_letters:,} requests could not be counted",
            "Read the reasons with `manage.py dead_letters list`, then replay or drop them.",
        )
    else:
        yield ok("Dead letters", "none")


def check_drops() -> Iterator[Finding]:
    """For information: requests are refused or dropped for a reason. Says nothing when none was."""
    since = clock.now().date() - timedelta(days=DROPS_DAYS - 1)
    totals = drops.totals_since(since.isoformat())
    if totals:
        reasons = ", ".join(f"{reason}: {number:,}" for reason, number in totals.items())
        yield ok("Drops", f"of the last {DROPS_DAYS} days: {reasons}")
