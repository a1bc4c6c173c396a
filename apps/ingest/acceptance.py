"""One request of an SDK: checked as far as its answer depends on it, then stored. The reading is the worker's."""

from collections.abc import Mapping, Set
from typing import Any

from django.conf import settings

from apps.aggregation.batch import DUPLICATE, NO_APPLICATION, ZERO_DEVICE_ID, ZERO_ID
from apps.aggregation.records import Record
from apps.aggregation.requests import fingerprint_of
from apps.aggregation.values import is_truthy, text_of, trimmed
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core import clock
from apps.core.keys import well_formed
from apps.core.parameters import is_form, parse_body, parse_named
from apps.core.texts import gettext_noop
from apps.ingest import replies
from apps.ingest.checksums import checksum_problem
from apps.ingest.client_address import client_address
from apps.ingest.copies import copies_of
from apps.ingest.current_settings import api_settings
from apps.ingest.recent import RecentRequests
from apps.ingest.redirects import hops_of, redirect
from apps.ingest.replies import Reply
from apps.ingest.requests import SdkRequest
from apps.pipeline import drops, refusals, stream

ID_LENGTH = 24  # of `app_id` and `user_id`
MAX_DEVICE_ID_LENGTH = 4_096  # characters; it is stored with each request and in the profile
# Answers, and at the same time the reasons by which drops are counted.
INVALID_ID = "app_id or user_id is invalid"
MISSING_ID = "app_key or device_id is missing"
LONG_DEVICE_ID = "device_id is too long"
PAUSED = gettext_noop("App is currently not accepting data")
LOCKED = gettext_noop("App is locked")

NEEDED_PARAMETERS = frozenset(
    {
        b"app_key",
        b"device_id",
        b"app_id",
        b"user_id",
        b"timestamp",
        b"checksum",
        b"checksum256",
        b"populator",
        b"safe_api_response",
    }
)

_recent = RecentRequests()


async def accept(request: SdkRequest) -> Reply:
    """Success is answered only for what is stored for good. Raises stream.Refused, and errors of the database."""
    return await _accept(request, is_signed=True)


async def accept_unsigned(request: SdkRequest) -> Reply:
    """The same for whoever cannot know the salt of an application."""
    return await _accept(request, is_signed=False)


async def _accept(request: SdkRequest, *, is_signed: bool) -> Reply:
    parameters = await needed_parameters(request, NEEDED_PARAMETERS)
    try:
        application, device_id = await sender_of(parameters)
    except NoSender as unknown:
        await drops.count("", unknown.reason)
        return unknown.reply
    record = record_of(request, application, device_id)
    refused = await _refuse(request, parameters, application, record, is_signed=is_signed)
    reply = refused or await _take(record, parameters, application)
    return reply_for_origin(reply, request, application)


class NoSender(Exception):
    """The request does not say who sends it."""

    def __init__(self, reason: str, reply: Reply) -> None:
        super().__init__(reason)
        self.reason, self.reply = reason, reply  # as which it counts as dropped, and the answer


async def sender_of(parameters: Mapping[str, Any]) -> tuple[ApplicationInfo, str]:
    """The application and the device id. Raises NoSender with the first check that fails, in the order that SDKs know;
    and errors of the database."""
    invalid = invalid_id_name(parameters)
    if invalid:
        raise NoSender(INVALID_ID, replies.message(f'Invalid parameter "{invalid}"', 400))
    app_key, device_id = parameters.get("app_key"), parameters.get("device_id")
    if not is_truthy(app_key) or not is_truthy(device_id):
        raise NoSender(MISSING_ID, replies.message('Missing parameter "app_key" or "device_id"', 400))
    app_key, device_id = well_formed(text_of(app_key)), well_formed(text_of(device_id))
    if device_id == ZERO_DEVICE_ID:
        raise NoSender(ZERO_ID, replies.message("Ignoring device_id"))
    if len(device_id) > MAX_DEVICE_ID_LENGTH:
        raise NoSender(LONG_DEVICE_ID, replies.message('Invalid parameter "device_id"', 400))
    application = await lookup.by_key_async(app_key)
    if application is None:
        raise NoSender(NO_APPLICATION, replies.message(NO_APPLICATION, 400))
    return application, device_id


def record_of(request: SdkRequest, application: ApplicationInfo, device_id: str, *, is_fetch: bool = False) -> Record:
    return Record(
        app_id=application.id,
        app_key=application.key,
        device_id=device_id,
        received_ms=clock.now_ms(),
        ip_address=client_address(request, settings.TRUSTED_PROXIES),
        query=request.query,
        body=request.body,
        content_type=request.content_type,
        user_agent=request.header(b"user-agent"),
        client_hints=request.client_hints,
        hops=hops_of(request) if application.redirect_url else 0,
        is_fetch=is_fetch,
    )


async def _take(record: Record, parameters: Mapping[str, Any], application: ApplicationInfo) -> Reply:
    if application.redirect_url:
        return await redirect(record, application, parameters.get("safe_api_response"))
    return await _store(application, record, parameters)


async def needed_parameters(request: SdkRequest, names: Set[bytes]) -> dict[str, Any]:
    """At least those of the given names. The rest stays undecoded where that is possible."""
    parameters: dict[str, Any] = {}
    if request.body:
        content_type = request.content_type
        parameters = (
            dict(parse_named(request.body, names)) if is_form(content_type) else parse_body(request.body, content_type)
        )
    parameters.update(parse_named(request.query, names))
    if (await api_settings())["trim_trailing_ending_spaces"]:
        return {name: trimmed(value) for name, value in parameters.items()}
    return parameters


def invalid_id_name(parameters: Mapping[str, Any]) -> str:
    """The name of an id that cannot be one, for what the rest of the request says; else empty."""
    for name in ("app_id", "user_id"):
        value = parameters.get(name)
        if is_truthy(value) and not (isinstance(value, str) and len(value) == ID_LENGTH):
            return name
    return ""


async def _refuse(
    request: SdkRequest, parameters: dict[str, Any], application: ApplicationInfo, record: Record, *, is_signed: bool
) -> Reply | None:
    if application.paused:
        await _drop(record, PAUSED)
        return replies.message(PAUSED, 400)
    if application.locked and is_truthy(parameters.get("populator")):
        await _drop(record, LOCKED)
        return replies.message(LOCKED, 403)
    if application.salt and is_signed:
        problem = checksum_problem(request, parameters, application.salt)
        if problem:
            await _drop(record, problem)
            # With status 200, as the protocol has it: an SDK would repeat for ever what can never be accepted.
            return replies.message(problem)
    return None


async def _store(application: ApplicationInfo, record: Record, parameters: Mapping[str, Any]) -> Reply:
    timestamp = parameters.get("timestamp")
    copies = await copies_of(record, application, parameters)
    # Without a time of its own each request counts for itself.
    is_repeatable = is_truthy(timestamp) and (await api_settings(application))["prevent_duplicate_requests"]
    if not is_repeatable:
        await stream.accept_many([record, *copies])
        return replies.SUCCESS
    fingerprint = fingerprint_of(record, timestamp)
    if _recent.is_last(application, record.device_id, fingerprint):
        await _drop(record, DUPLICATE)
        return replies.DUPLICATE
    await stream.accept_many([record, *copies])
    _recent.remember(application, record.device_id, fingerprint)
    return replies.SUCCESS


async def _drop(record: Record, reason: str) -> None:
    await drops.count(record.app_id, reason)
    await refusals.note(record, reason)


def reply_for_origin(reply: Reply, request: SdkRequest, application: ApplicationInfo) -> Reply:
    """An application may name the origins that are told so in the answer, one a line."""
    if not application.overrides:
        return reply
    allowed = application.overrides.get("allow_access_control_origin")
    origin = request.header(b"origin")
    if isinstance(allowed, str) and origin and origin in {line.strip() for line in allowed.splitlines()}:
        return reply.for_origin(origin)
    return reply
