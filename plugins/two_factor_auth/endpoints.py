"""`/i/two-factor-auth?method=`: the second factor of members."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse

from apps.accounts import access, callers, second_factor
from apps.accounts.actions import Call
from apps.accounts.callers import Rule
from apps.accounts.models import Member
from apps.core.answers import message, output
from apps.core.api_view import Refusal
from apps.plugin_api import audit

DISABLED = "Disabled 2FA for user"


def who_may(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
    """Depends on the method; what is no method is told to members only."""
    return METHODS.get(_method(parameters), UNKNOWN)[0](parameters, headers)


def answer(call: Call) -> HttpResponse:
    return METHODS.get(_method(call.parameters), UNKNOWN)[1](call)


def enable(call: Call) -> HttpResponse:
    secret, code = call.parameters.get("secret_token"), call.parameters.get("auth_code")
    if not isinstance(secret, str) or not isinstance(code, str) or not second_factor.enable(call.member, secret, code):
        raise Refusal(400, "Invalid 2FA code")
    audit.record("two_factor_auth_enabled", {}, member=call.member, address=call.address)
    return message("Enabled 2FA for user")


def disable(call: Call) -> HttpResponse:
    if second_factor.is_asked_of_everybody():
        raise Refusal(403, "Can not disable 2FA for user when it is globally enabled")
    return _disable(call, call.member)


def generate(call: Call) -> HttpResponse:
    secret = second_factor.new_secret()
    return output({"secret": secret, "qrCode": second_factor.qr_code(call.member, secret)})


def admin_check(call: Call) -> HttpResponse:
    return message("true" if second_factor.is_enabled(_named(call)) else "false")


def admin_disable(call: Call) -> HttpResponse:
    return _disable(call, _named(call))


def _disable(call: Call, member: Member) -> HttpResponse:
    second_factor.disable(member)
    data = {"_id": str(member.pk), "username": member.username}
    audit.record("two_factor_auth_disabled", data, member=call.member, address=call.address)
    return message(DISABLED)


def _named(call: Call) -> Member:
    uid = call.parameters.get("uid")
    if not uid:
        raise Refusal(400, "User id required")
    member = access.member_by_id(uid) if isinstance(uid, str) else None
    if member is None:
        raise Refusal(404, "User does not exist")
    return member


def _method(parameters: Mapping[str, Any]) -> str:
    method = parameters.get("method")
    return method if isinstance(method, str) else ""


def _unknown(call: Call) -> HttpResponse:
    raise Refusal(400, "Invalid method")


Method = tuple[Rule, Callable[[Call], HttpResponse]]

UNKNOWN: Method = (callers.any_member, _unknown)
METHODS: dict[str, Method] = {
    "enable": (callers.any_member_without_limits, enable),
    "disable": (callers.any_member_without_limits, disable),
    "generate-qr-code": (callers.any_member, generate),
    "admin_check": (callers.global_admin, admin_check),
    "admin_disable": (callers.global_admin, admin_disable),
}
