"""What an SDK fetches instead of sends: `/o/sdk` and its other name `/i/sdk`. The methods are those of plugins."""

import asyncio
from typing import Any

from django.conf import settings

from apps.aggregation import documents, extensions
from apps.aggregation.values import is_truthy, text_of, trimmed
from apps.applications.info import ApplicationInfo
from apps.core import answers, clock, mongo
from apps.core.api_view import Refusal
from apps.core.keys import user_id
from apps.core.parameters import parse_body, parse_query
from apps.ingest import replies
from apps.ingest.acceptance import NoSender, record_of, reply_for_origin, sender_of
from apps.ingest.checksums import checksum_problem
from apps.ingest.client_address import client_address
from apps.ingest.current_settings import api_settings
from apps.ingest.replies import Reply
from apps.ingest.requests import SdkRequest
from apps.pipeline import stream
from apps.plugin_api.sdk_methods import SDK_METHODS, FetchingUser, SdkMethod


async def fetch(request: SdkRequest) -> Reply:
    """Nothing that is asked here is counted. Raises stream.Refused, and errors of the database."""
    parameters = await _parameters(request)
    try:
        application, device_id = await sender_of(parameters)
    except NoSender as unknown:
        return unknown.reply
    reply = await _answer(request, parameters, application, device_id)
    return reply_for_origin(reply, request, application)


async def _parameters(request: SdkRequest) -> dict[str, Any]:
    parameters = parse_body(request.body, request.content_type) if request.body else {}
    parameters.update(parse_query(request.query))
    if (await api_settings())["trim_trailing_ending_spaces"]:
        return {name: trimmed(value) for name, value in parameters.items()}
    return parameters


async def _answer(
    request: SdkRequest, parameters: dict[str, Any], application: ApplicationInfo, device_id: str
) -> Reply:
    if application.salt:
        problem = checksum_problem(request, parameters, application.salt)
        if problem:
            return replies.message(problem)
    method = await asyncio.to_thread(SDK_METHODS.get, text_of(parameters.get("method", "")))
    if method is None:
        return replies.message("Invalid method", 400)
    user = await asyncio.to_thread(_user, request, parameters, application, device_id)
    if not application.paused and (not user.profile or is_truthy(parameters.get("old_device_id"))):
        await _make_known(request, application, device_id)
    return await asyncio.to_thread(_call, method, application, parameters, user)


def _user(
    request: SdkRequest, parameters: dict[str, Any], application: ApplicationInfo, device_id: str
) -> FetchingUser:
    metrics = extensions.current().metrics.read(parameters.get("metrics"))
    profile_id = user_id(application.key, device_id)
    profile = _profile(application.id, profile_id)
    return FetchingUser(
        user_id=str(profile.get("_id", profile_id)),
        device_id=device_id,
        profile=profile,
        told={told.metric.field: told.value for told in metrics.values} if metrics is not None else {},
        address=client_address(request, settings.TRUSTED_PROXIES),
        user_agent=request.header(b"user-agent"),
        received_ms=clock.now_ms(),
    )


def _profile(application_id: str, profile_id: str) -> dict[str, Any]:
    """Empty while there is none; an id of before a merge leads to the user of today."""
    profiles = mongo.collection(documents.profiles_collection(application_id))
    found = profiles.find_one({"_id": profile_id})
    if found is not None:
        return found
    alias = mongo.collection(documents.aliases_collection(application_id)).find_one({"_id": profile_id})
    return (profiles.find_one({"_id": alias[documents.ALIAS_TARGET]}) if alias else None) or {}


async def _make_known(request: SdkRequest, application: ApplicationInfo, device_id: str) -> None:
    """Who only fetches is a user as well: the worker makes the profile, or merges it with the one of an older id."""
    await stream.accept(record_of(request, application, device_id, is_fetch=True))


def _call(method: SdkMethod, application: ApplicationInfo, parameters: dict[str, Any], user: FetchingUser) -> Reply:
    try:
        data = method.answer(application, parameters, user)
    except Refusal as refusal:
        return replies.message(refusal.message, refusal.status)
    return replies.output(answers.escaped(data) if method.is_escaped else answers.plain(data))
