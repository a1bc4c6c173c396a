"""`/i/two-factor-auth?method=`: the second factor of members. Does not exist while it is switched off."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse

from apps.accounts import access, callers, second_factor
from apps.accounts.actions import Call
from apps.accounts.callers import Rule
from apps.accounts.models import Member
from apps.core.answers import message, output
from apps.core.api_view import ApiView, Refusal
from apps.core.client_address import accountable_address
from apps.plugin_api import audit

DISABLED = "Disabled 2FA for user"


class SecondFactorView(ApiView):
    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: str) -> HttpResponse:
        if not second_factor.is_on():
            raise Refusal(400, "Invalid path")
        method = parameters.get("method")
        who, answer = METHODS.get(method if isinstance(method, str) else "", (callers.any_member, _unknown))
        member = who(parameters, headers)
        return answer(Call(parameters, member, accountable_address(self.request._request)))


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


def _unknown(call: Call) -> HttpResponse:
    raise Refusal(400, "Invalid method")


METHODS: dict[str, tuple[Rule, Callable[[Call], HttpResponse]]] = {
    "enable": (callers.any_member_without_limits, enable),
    "disable": (callers.any_member_without_limits, disable),
    "generate-qr-code": (callers.any_member, generate),
    "admin_check": (callers.global_admin, admin_check),
    "admin_disable": (callers.global_admin, admin_disable),
}
