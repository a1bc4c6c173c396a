"""Who may read what: the checks of every read request, in the order and with the answers that API clients know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bson import ObjectId

from apps.accounts import permissions, tokens
from apps.accounts.models import Member
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core.api_view import PATH, Refusal, check_ids

TOKEN_HEADER = "countly-token"  # noqa: S105  the name of a header
Denied = Refusal  # what the checks of this module raise
Features = str | tuple[str, ...]  # the name of a feature, or several of which one is enough


@dataclass(frozen=True, slots=True)
class Access:
    member: Member
    application: ApplicationInfo


def authorise_read(parameters: Mapping[str, Any], headers: Mapping[str, str], feature: Features = "core") -> Access:
    """Raises Denied with the first check that fails: ids well formed, credentials, member, `app_id`, right on the
    feature, locked member, application."""
    check_ids(parameters)
    member = identify(parameters, headers)
    application_id = parameters.get("app_id")
    if not application_id:
        raise Denied(401, "No app_id provided")
    if not can_read(member, application_id, feature):
        raise Denied(401, "User does not have right")
    if member.locked:
        raise Denied(401, "User is locked")
    application = lookup.by_id(application_id)
    if application is None:
        raise Denied(401, "App does not exist")
    return Access(member, application)


def identify(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
    """The member that the credentials name, locked or not. A valid token wins over an API key; one that is not valid
    gives way to it. Raises Denied."""
    token = parameters.get("auth_token") or _header(headers, TOKEN_HEADER)
    use = tokens.use(token, _header(headers, PATH), parameters) if token else None
    api_key = parameters.get("api_key")
    if use is not None:
        member = member_by_id(use.owner)
    elif api_key:
        member = member_by_api_key(api_key) if isinstance(api_key, str) and api_key.isascii() else None
    elif token:
        raise Denied(400, "Token not valid")
    else:
        raise Denied(400, 'Missing parameter "api_key" or "auth_token"')
    if member is None:
        raise Denied(401, "User does not exist")
    member.has_limited_token = use is not None and use.is_limited
    if use is not None and use.applications:
        _narrow(member, set(use.applications))
    return member


def _narrow(member: Member, applications: set[str]) -> None:
    """What a token of these applications leaves of the member's rights, however the request names applications. The
    object only: it is not stored (`members.change_member` takes one that was read anew)."""
    if member.global_admin:
        member.permission = permissions.with_applications(None, applications, set())
        member.global_admin = False
    elif member.permission is None:
        member.admin_of = [name for name in _list(member.admin_of) if name in applications]
        member.user_of = [name for name in _list(member.user_of) if name in applications]
    else:
        member.permission = permissions.only_applications(member.permission, applications)


def member_by_id(member_id: str) -> Member | None:
    return Member.read_one("id", ObjectId(member_id)) if ObjectId.is_valid(member_id) else None


def member_by_api_key(api_key: str) -> Member | None:
    return Member.read_one("api_key", api_key)


def can_read(member: Any, application_id: str, feature: Features = "core") -> bool:
    """False for the anonymous visitor. Says nothing about a lock: sessions of locked members end, and requests with
    their keys are refused."""
    return has_right(member, "r", application_id, feature)


def has_right(member: Any, letter: str, application_id: str, feature: Features) -> bool:
    """`letter`: one of permissions.LETTERS. Of several features one is enough. Members of the time before
    permissions read what they use and may change what they administer."""
    if not isinstance(member, Member):
        return False
    if member.global_admin:
        return True
    if member.permission is None:
        return application_id in _list(member.user_of if letter == "r" else member.admin_of)
    features = (feature,) if isinstance(feature, str) else feature
    return any(permissions.allows(member.permission, letter, application_id, name) for name in features)


def is_app_admin(member: Any, application_id: str) -> bool:
    if not isinstance(member, Member):
        return False
    if member.global_admin:
        return True
    if member.permission is None:
        return application_id in _list(member.admin_of)
    return permissions.is_admin(member.permission, application_id)


def is_hidden(member: Any, application_id: str, address: str) -> bool:
    """Whether the member's `restrict`, or `app_restrict` for that application ("": none), takes the screen away.

    `address`: of the screen in Countly's dashboard ("#/manage/db"); a listed one hides those below it, too. Nothing is
    hidden from global administrators. This tidies the menu and is no right: what a member may read is `has_right`'s.
    """
    if not isinstance(member, Member) or member.global_admin or not address:
        return False
    of_application = member.app_restrict.get(application_id) if isinstance(member.app_restrict, dict) else None
    hidden = [*_list(member.restrict), *_list(of_application)]
    return any(address == each or address.startswith(each.rstrip("/") + "/") for each in hidden if each)


def readable_applications(member: Any, feature: Features = "core") -> list[ApplicationInfo]:
    """Read from the database now; in the member's own order, the others behind by name."""
    if not isinstance(member, Member):
        return []
    order = {application_id: place for place, application_id in enumerate(_list(member.app_sort_list))}
    readable = [found for found in _candidates(member) if can_read(member, found.id, feature)]
    return sorted(readable, key=lambda found: (order.get(found.id, len(order)), found.name.casefold()))


def _candidates(member: Member) -> list[ApplicationInfo]:
    if member.global_admin:
        return lookup.all_applications()
    if member.permission is None:
        return list(lookup.fresh_by_ids(_list(member.user_of)).values())
    named = [*permissions.administered(member.permission), *permissions.readable(member.permission)]
    return list(lookup.fresh_by_ids(dict.fromkeys(named)).values())


def _list(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _header(headers: Mapping[str, str], name: str) -> str:
    """Plain dicts of headers count as well as Django's, which ignore case."""
    return next((value for key, value in headers.items() if key.lower() == name), "")
