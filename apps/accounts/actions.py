"""Endpoints of one noun below one address: the next part of the path is what to do, and each says who may do it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http.response import HttpResponseBase

from apps.accounts.callers import Rule
from apps.accounts.models import Member
from apps.core.api_view import ApiView, Refusal
from apps.core.client_address import accountable_address


@dataclass(frozen=True, slots=True)
class Call:
    parameters: Mapping[str, Any]
    member: Member  # who calls, and may
    address: str = ""  # of the client, for logs


@dataclass(frozen=True, slots=True)
class Action:
    who: Rule
    answer: Callable[[Call], HttpResponseBase]


class ActionsView(ApiView):
    """`actions`: "update" or "update/plugins" -> Action; further parts of a path are ignored, as in the original."""

    actions: Mapping[str, Action] = {}
    invalid_path = "Invalid path"

    def answer(self, parameters: Mapping[str, Any], headers: Mapping[str, str], **path: str) -> HttpResponseBase:
        parts = (path.get("rest") or "").split("/")
        action = self.actions.get("/".join(parts[:2])) or self.actions.get(parts[0])
        if action is None:
            raise Refusal(400, self.invalid_path)
        address = accountable_address(self.request._request)
        return action.answer(Call(parameters, action.who(parameters, headers), address))
