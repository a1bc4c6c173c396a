"""`/user/settings` and its kin: what the front end tells the server about the member who is logged in.

The answers are plain text, as clients of the protocol expect them: `true`, `false`, a number, or the key of a reason.
"""

import re
from typing import Any

from bson import ObjectId
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from apps.accounts import access, members, own_account, sessions
from apps.accounts.models import Member
from apps.accounts.pages import for_member_or_401
from apps.accounts.views import note
from apps.core import json_text
from apps.core.arguments import is_storable

MAX_APPLICATIONS = 10_000
MAX_COLUMN_ORDER_LENGTH = 20_000
COLUMN_ORDERS = ("tableSortMap", "reorderSortMap")


@never_cache
@require_POST
@sensitive_post_parameters("old_pwd", "new_pwd", "api_key")
@for_member_or_401
def change(request: HttpRequest, member: Member) -> HttpResponse:
    """Members, their own."""
    sent = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    old, new = sent.pop("old_pwd", ""), sent.pop("new_pwd", "")
    try:
        if new:
            own_account.require_password(member, old)
            own_account.check_new_password(member, new)  # before anything is stored
        changed = own_account.change(member, sent)
        if new:
            own_account.choose_password(member, new)
    except own_account.NotChanged as reason:
        return plain(str(reason))
    if new:
        sessions.keep(request, member)
    note(request, "account_settings_updated", described(changed, has_new_password=bool(new)), member)
    return plain(str(member.password_changed) if new else "true")


def described(changed: dict[str, list[Any]], *, has_new_password: bool = False) -> dict[str, Any]:
    before = {name: values[0] for name, values in changed.items()}
    update = {name: values[1] for name, values in changed.items()}
    return {"before": before, "update": update | ({"new_pwd": True} if has_new_password else {})}


@require_POST
@for_member_or_401
def change_language(request: HttpRequest, member: Member) -> HttpResponse:
    """Members, their own."""
    return plain("true" if own_account.set_language(member, request.POST.get("lang", "")) else "false")


@require_POST
@for_member_or_401
def change_active_application(request: HttpRequest, member: Member) -> HttpResponse:
    """Members, their own."""
    application_id = request.POST.get("appId", "")
    if not access.can_read(member, application_id):
        return plain("false")
    own_account.set_active_application(member, application_id)
    return plain("true")


@require_POST
@for_member_or_401
def change_application_order(request: HttpRequest, member: Member) -> HttpResponse:
    """Members, their own."""
    sent = listed(request.POST, "app_sort_list")
    if not sent or len(sent) > MAX_APPLICATIONS or not all(ObjectId.is_valid(found) for found in sent):
        return plain("false")
    own_account.set_application_order(member, sent)
    return plain("true")


@require_POST
@for_member_or_401
def change_column_order(request: HttpRequest, member: Member) -> HttpResponse:
    """Members, their own."""
    table = request.POST.get("columnOrderKey", "")
    parts = {name: parsed(request.POST[name]) for name in COLUMN_ORDERS if name in request.POST}
    is_usable = re.fullmatch(r"[\w-]{1,100}", table) and parts and all(is_order(value) for value in parts.values())
    if not is_usable:
        return plain("false")
    own_account.set_column_order(member, table, parts)
    return plain("true")


@require_POST
@for_member_or_401
def check_email(request: HttpRequest, member: Member) -> HttpResponse:
    """Global administrators: whether nobody has it."""
    return check("email", request.POST.get("email", "").strip().lower(), member)


@require_POST
@for_member_or_401
def check_username(request: HttpRequest, member: Member) -> HttpResponse:
    """Global administrators: whether nobody has it."""
    return check("username", request.POST.get("username", "").strip(), member)


def check(field: str, value: str, member: Member) -> HttpResponse:
    is_free = member.global_admin and value and "\0" not in value and not members.is_taken(field, value)
    return plain("true" if is_free else "false")


def listed(sent: "MultiValueDict[str, str]", name: str) -> list[str]:
    """`name[]=a&name[]=b`, `name=a&name=b`, or a JSON array."""
    values = sent.getlist(f"{name}[]") or sent.getlist(name)
    if len(values) == 1 and values[0].startswith("["):
        found = parsed(values[0])
        return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []
    return values


def parsed(text: str) -> Any:
    """None for what is no JSON or too long."""
    if len(text) > MAX_COLUMN_ORDER_LENGTH:
        return None
    try:
        return json_text.parse(text)
    except ValueError:
        return None


def is_order(value: Any) -> bool:
    return isinstance(value, dict | list) and is_storable(value)


def plain(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
