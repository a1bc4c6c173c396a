"""Many requests in one: each item becomes a record of its own. What is wrong with one is counted, never answered."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.conf import settings

from apps.aggregation.batch import NO_APPLICATION, ZERO_DEVICE_ID, ZERO_ID
from apps.aggregation.records import Record
from apps.aggregation.values import is_truthy, text_of, trimmed
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core import clock, json_text
from apps.core.texts import gettext_noop
from apps.ingest import replies
from apps.ingest.acceptance import (
    INVALID_ID,
    LOCKED,
    LONG_DEVICE_ID,
    MAX_DEVICE_ID_LENGTH,
    PAUSED,
    invalid_id_name,
    needed_parameters,
)
from apps.ingest.checksums import WRONG, checksum_problem, is_item_signed
from apps.ingest.client_address import client_address
from apps.ingest.copies import copies_of
from apps.ingest.current_settings import api_settings
from apps.ingest.replies import Reply
from apps.ingest.requests import SdkRequest
from apps.pipeline import drops, refusals, stream

# Reasons by which drops are counted.
NO_REQUESTS = gettext_noop("Bulk request without requests")
TOO_MANY_REQUESTS = gettext_noop("Bulk request with too many requests")
TOO_MANY_APPLICATIONS = gettext_noop("Bulk request for too many applications")
MAX_ITEMS = 50_000
MAX_APPLICATIONS = 1_000  # app keys in one bulk request: each may cost a read of the database
ITEMS_AT_A_TIME = 200  # then the requests of others get their turn
NEEDED_PARAMETERS = frozenset(
    {b"requests", b"app_key", b"app_id", b"user_id", b"populator", b"checksum", b"checksum256"}
)


class Dropped(Exception):
    """An item that is left out. Its arguments: the application's id, empty when unknown, the reason, and what it would
    have been stored as, None when the application is unknown."""


@dataclass(slots=True)
class _Bulk:
    request: SdkRequest
    parameters: Mapping[str, Any]
    address: str
    received_ms: int
    is_trimmed: bool
    needs_signature: bool
    applications: dict[str, ApplicationInfo | None] = field(default_factory=dict)  # by app key
    is_signed: dict[str, bool] = field(default_factory=dict)  # by salt


async def accept_bulk(request: SdkRequest) -> Reply:
    """Success is answered when all items that can be counted are stored for good.

    Raises stream.Refused, and errors of the database. Part of the items may be stored then; those with a time of their
    own are recognised when they are sent again.
    """
    return await _accept_bulk(request, needs_signature=True)


async def accept_unsigned_bulk(request: SdkRequest) -> Reply:
    """The same for what this server makes itself."""
    return await _accept_bulk(request, needs_signature=False)


async def _accept_bulk(request: SdkRequest, *, needs_signature: bool) -> Reply:
    parameters = await needed_parameters(request, NEEDED_PARAMETERS)
    invalid = invalid_id_name(parameters)
    if invalid:
        return await _refused(INVALID_ID, f'Invalid parameter "{invalid}"')
    items = _items(parameters.get("requests"))
    if items is None:
        return await _refused(NO_REQUESTS, 'Missing parameter "requests"')
    if not isinstance(items, list):
        return await _refused(NO_REQUESTS, 'Invalid parameter "requests"')
    if len(items) > MAX_ITEMS:
        return await _refused(TOO_MANY_REQUESTS, f"More than {MAX_ITEMS} requests in one", 413)
    bulk = _Bulk(
        request,
        parameters,
        client_address(request, settings.TRUSTED_PROXIES),
        clock.now_ms(),
        bool((await api_settings())["trim_trailing_ending_spaces"]),
        needs_signature,
    )
    records: list[Record] = []
    dropped: Counter[tuple[str, str]] = Counter()
    for index, item in enumerate(items):
        if index % ITEMS_AT_A_TIME == ITEMS_AT_A_TIME - 1:
            await asyncio.sleep(0)
        try:
            record, application = await _record(bulk, item)
            records.append(record)
            if not application.redirect_url:  # copies are made where it is counted
                records += await copies_of(record, application, item)
        except Dropped as drop:
            application_id, reason, refused = drop.args
            dropped[application_id, reason] += 1
            if refused is not None:
                await refusals.note(refused, reason)
    await stream.accept_many(records)
    for (application_id, reason), number in dropped.items():
        await drops.count(application_id, reason, number)
    return replies.SUCCESS


async def _refused(reason: str, answer: str, status: int = 400) -> Reply:
    """As a whole, which counts as one."""
    await drops.count("", reason)
    return replies.message(answer, status)


def _items(value: Any) -> Any:
    """The value itself when it is no text; None when there is nothing or nothing readable."""
    if isinstance(value, str):
        try:
            value = json_text.parse(value)
        except ValueError:
            return None
    return value if is_truthy(value) else None


async def _record(bulk: _Bulk, item: Any) -> tuple[Record, ApplicationInfo]:
    if not isinstance(item, dict):
        raise Dropped("", "Item that is no object", None)
    app_key = item.get("app_key") if is_truthy(item.get("app_key")) else bulk.parameters.get("app_key")
    device_id = item.get("device_id")
    if bulk.is_trimmed:
        app_key, device_id = trimmed(app_key), trimmed(device_id)
    if not is_truthy(app_key) or not is_truthy(device_id):
        raise Dropped("", "Item without app_key or device_id", None)
    app_key, device_id = text_of(app_key), text_of(device_id)
    application = await _application(bulk, app_key)
    if application is None:
        raise Dropped("", NO_APPLICATION, None)
    if is_truthy(bulk.parameters.get("populator")):
        item["populator"] = bulk.parameters["populator"]
    try:
        body = orjson.dumps(item)
    except TypeError as error:
        raise Dropped(application.id, "Item that is nested too deeply", None) from error
    record = Record(
        app_id=application.id,
        app_key=app_key,
        device_id=device_id,
        received_ms=bulk.received_ms,
        ip_address=bulk.address,
        body=body,
        content_type="application/json",
        user_agent=bulk.request.header(b"user-agent"),
        client_hints=bulk.request.client_hints,
        is_bulk_item=True,
    )
    reason = _reason_against(bulk, item, device_id, application)
    if reason:
        raise Dropped(application.id, reason, record)
    return record, application


async def _application(bulk: _Bulk, app_key: str) -> ApplicationInfo | None:
    if app_key not in bulk.applications:
        if len(bulk.applications) >= MAX_APPLICATIONS:
            raise Dropped("", TOO_MANY_APPLICATIONS, None)
        bulk.applications[app_key] = await lookup.by_key_async(app_key)
    return bulk.applications[app_key]


def _reason_against(bulk: _Bulk, item: dict[str, Any], device_id: str, application: ApplicationInfo) -> str:
    if device_id == ZERO_DEVICE_ID:
        return ZERO_ID
    if len(device_id) > MAX_DEVICE_ID_LENGTH:
        return LONG_DEVICE_ID
    if application.paused:
        return PAUSED
    if application.locked and is_truthy(item.get("populator")):
        return LOCKED
    if application.salt and bulk.needs_signature and not _is_signed(bulk, item, application.salt):
        return WRONG
    return ""


def _is_signed(bulk: _Bulk, item: dict[str, Any], salt: str) -> bool:
    """By the signature of the whole request, or by one of its own."""
    if salt not in bulk.is_signed:
        bulk.is_signed[salt] = not checksum_problem(bulk.request, bulk.parameters, salt)
    return bulk.is_signed[salt] or is_item_signed(item, salt)
