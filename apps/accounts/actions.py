"""Endpoints of one noun below one address: the next part of the path is what to do, and each says who may do it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.accounts.callers import Rule
from apps.accounts.models import Member
from apps.core.api_view import ApiView, Refusal
from apps.core.client_address import accountable_address
from apps.plugin_api.registry import Registry


@dataclass(frozen=True, slots=True)
class OpenCall:
    """Of anybody: nothing about the caller was checked but that ids look like ids."""

    parameters: Mapping[str, Any]
    request: HttpRequest  # for headers, and for files that were sent
    rest: tuple[str, ...] = ()  # parts of the path behind the address of the endpoint
    address: str = ""  # of the client, for logs


@dataclass(frozen=True, slots=True)
class Call(OpenCall):
    member: Member = field(kw_only=True)  # who calls, and may


@dataclass(frozen=True, slots=True)
class Action:
    who: Rule
    answer: Callable[[Call], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class OpenAction:
    """For SDKs and browsers without a member: the answer must depend on nothing secret."""

    answer: Callable[[OpenCall], HttpResponseBase]


#: Endpoints of plugins by their address: "/o/flows" or "/i/feedback/widgets/create". Of those that begin the path that
#: was asked for, the longest answers. While a plugin is off, its addresses are no valid paths.
ENDPOINTS: Registry[Action | OpenAction] = Registry("endpoint")


Found = tuple[Action | OpenAction, tuple[str, ...]]


def offered_at(path: str) -> Found | None:
    """The endpoint of a plugin that answers there, and the parts of the path behind its address."""
    parts = path.strip("/").split("/")
    for length in range(len(parts), 1, -1):
        if action := ENDPOINTS.get("/" + "/".join(parts[:length])):
            return action, tuple(parts[length:])
    return None


class ActionsView(ApiView):
    """`actions`: "update" or "update/plugins" -> Action; what follows of a path is `call.rest`. Below the same address
    plugins may answer what is not among the actions."""

    actions: Mapping[str, Action] = {}
    invalid_path = "Invalid path"

    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: str) -> HttpResponseBase:
        parts = (path.get("rest") or "").split("/")
        for length in (2, 1):
            if action := self.actions.get("/".join(parts[:length])):
                return answer_with(action, parameters, headers, self.request._request, tuple(parts[length:]))
        if found := offered_at(self.request.path):
            return answer_with(found[0], parameters, headers, self.request._request, found[1])
        raise Refusal(400, self.invalid_path)

    def endpoints(self) -> Iterable[tuple[str, Any]]:
        return [(f"/{name}".rstrip("/"), action.who) for name, action in self.actions.items()]


def answer_with(
    action: Action | OpenAction,
    parameters: Mapping[str, Any],
    headers: Mapping[str, str],
    request: HttpRequest,
    rest: tuple[str, ...] = (),
) -> HttpResponseBase:
    """Raises Refusal when the caller may not, or the endpoint refuses."""
    address = accountable_address(request)
    if isinstance(action, OpenAction):
        return action.answer(OpenCall(parameters, request, rest, address))
    member = action.who(parameters, headers)
    return action.answer(Call(parameters, request, rest, address, member=member))
