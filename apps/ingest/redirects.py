"""The door of an application whose requests are sent on to another server."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from apps.aggregation.records import Record
from apps.aggregation.values import is_truthy
from apps.applications.info import ApplicationInfo
from apps.core import outgoing
from apps.ingest import replies
from apps.ingest.current_settings import api_settings
from apps.ingest.replies import Reply
from apps.ingest.requests import SdkRequest
from apps.pipeline import drops, redirects, stream

LOOP = "Redirect loop"
MAX_HOPS = 4
THREADS = 16
MAX_IN_FLIGHT = 128  # requests whose senders wait for the target's answer

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="redirect")
_in_flight = 0


def hops_of(request: SdkRequest) -> int:
    """How often the request was sent on. Every server of the protocol adds an `ip_address`, ours also counts."""
    told = request.header(redirects.HOPS_HEADER.lower().encode())
    return max(
        int(told) if told.isascii() and told.isdigit() and len(told) < 3 else 0, request.query.count(b"ip_address=")
    )


async def redirect(record: Record, application: ApplicationInfo, safe_api_response: object) -> Reply:
    """Sent on by the worker, unless the sender wants to know what the target says. Raises stream.Refused."""
    if record.hops >= MAX_HOPS:
        await drops.count(application.id, LOOP)
        return replies.message(LOOP, 400)
    if is_truthy(safe_api_response) or (await api_settings(application))["safe"]:
        return await _relay(record, application)
    await stream.accept(record)
    return replies.ignored(f"Redirected: {application.redirect_url}")


async def _relay(record: Record, application: ApplicationInfo) -> Reply:
    global _in_flight
    if _in_flight >= MAX_IN_FLIGHT:
        raise stream.Full("too many requests wait for the target of a redirect")
    _in_flight += 1
    try:
        answer = await asyncio.get_running_loop().run_in_executor(_threads, redirects.send_on, record, application)
    except outgoing.Blocked as blocked:
        return replies.message(f"Redirect blocked by SSRF protection: {blocked}", 400)
    except outgoing.NoAnswer:
        return replies.message(f"Redirect error. Tried to redirect to:{application.redirect_url}", 400)
    finally:
        _in_flight -= 1
    result = redirects.result_of(answer)
    if result is None:
        return replies.message(f"Redirect error. Tried to redirect to:{application.redirect_url}", 400)
    return replies.message(result, answer.status)
