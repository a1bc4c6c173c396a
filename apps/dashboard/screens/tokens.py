"""One's own tokens: what programs use in place of the API key, for a time, at some addresses, for some applications."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import access, token_endpoints, tokens
from apps.core.api_view import Refusal
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.parts import Block, Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit

SECONDS = {"hours": 3_600, "days": 86_400, "weeks": 604_800, "months": 2_592_000}
VISIBLE_CHARACTERS = 6


def build(visit: Visit) -> list[Part]:
    applications = access.readable_applications(visit.member)
    names = {application.id: application.name for application in applications}
    rows = [described(document, names) for document in tokens.of_owner(str(visit.member.pk))]
    values = {"rows": rows, "choices": applications, "units": units()}
    return [Block(id="tokens", file="dashboard/tokens.html", values=values)]


def units() -> dict[str, str]:
    return {"hours": _("hours"), "days": _("days"), "weeks": _("weeks"), "months": _("months")}


def described(document: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    token = str(document["_id"])
    endpoints = document.get("endpoint") or []
    listed = endpoints if isinstance(endpoints, list) else [endpoints]
    applications = document.get("app") or []
    return {
        "token": token,
        "shown": f"{token[:VISIBLE_CHARACTERS]}…",
        "purpose": document.get("purpose") or "",
        "is_expired": tokens.is_expired(document),
        "ends": document.get("ends") if document.get("ttl") else None,
        "is_reusable": bool(document.get("multi")),
        "applications": [names.get(name, name) for name in applications] if isinstance(applications, list) else [],
        "endpoints": [endpoint_text(endpoint) for endpoint in listed],
    }


def endpoint_text(endpoint: Any) -> str:
    if not isinstance(endpoint, dict):
        return str(endpoint)
    parameters = endpoint.get("params") or {}
    pairs = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"{endpoint.get('endpoint')}{'?' if pairs else ''}{pairs}"


def create(visit: Visit) -> Done:
    try:
        tokens.create(str(visit.member.pk), **read(visit))
    except Refusal as refusal:
        raise Refusal(400, _("No token was made: %(reason)s") % {"reason": refusal.message}) from refusal
    return Done(_("The token was made."))


def delete(visit: Visit) -> Done:
    if not tokens.delete(visit.request.POST.get("token", ""), str(visit.member.pk)):
        raise Refusal(404, _("There is no such token any more."))
    return Done(_("The token does not work any more."))


def everybody(visit: Visit) -> bool:
    """Their own ones."""
    return True


def read(visit: Visit) -> dict[str, Any]:
    """What the form says. Raises Refusal."""
    sent = visit.request.POST
    readable = {application.id for application in access.readable_applications(visit.member)}
    lines = [line.strip() for line in sent.get("endpoints", "").splitlines() if line.strip()]
    patterns: list[Any] = list(lines)
    return {
        "ttl_seconds": 0 if sent.get("never") else token_endpoints.ttl_of({"ttl": seconds_of(sent)}),
        "is_reusable": bool(sent.get("multi")),
        "applications": [found for found in sent.getlist("applications") if found in readable],
        "endpoints": token_endpoints.endpoints_of({"endpointquery": patterns}),
        "purpose": token_endpoints.text_of(sent, "purpose", token_endpoints.MAX_PURPOSE_LENGTH),
    }


def seconds_of(sent: Mapping[str, str]) -> int:
    """Raises Refusal."""
    try:
        count = int(sent.get("count", ""))
    except ValueError as error:
        raise Refusal(400, _("Say how long it should work.")) from error
    if count < 1:
        raise Refusal(400, _("Say how long it should work."))
    return min(count * SECONDS.get(sent.get("unit", ""), SECONDS["days"]), tokens.MAX_TTL_SECONDS)


TOKENS = Screen(
    name="tokens",
    route="account/tokens",
    title=gettext_lazy("Tokens"),
    hint=gettext_lazy("Programs use them in place of your API key."),
    build=build,
    post=post_of({"create": FormAction(everybody, create), "delete": FormAction(everybody, delete)}),
    has_period=False,
)
