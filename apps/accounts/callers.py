"""Who may call an endpoint. Each endpoint names one of these rules; each answers with the calling member.

The order of the checks is the protocol's: credentials, member, `app_id`, right, lock. All raise access.Denied.
"""

from collections.abc import Callable, Mapping
from typing import Any

from apps.accounts.access import Denied, Features, has_right, identify, is_app_admin
from apps.accounts.models import Member
from apps.applications import lookup

#: Its docstring says who that is: the description of the API shows it.
Rule = Callable[[Mapping[str, Any], Mapping[str, str]], Member]

NO_RIGHT = "User does not have right"


def any_member(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
    """Any member."""
    return _unlocked(identify(parameters, headers))


def any_member_without_limits(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
    """Any member, but not by a token that is limited."""
    # Making tokens and reading those that exist would widen the rights of such a token.
    member = identify(parameters, headers)
    _require(not member.has_limited_token)
    return _unlocked(member)


def global_admin(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
    """Global administrators."""
    member = identify(parameters, headers)
    _require(member.global_admin is True)
    return _unlocked(member)


def application_admin(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
    """Administrators of the application in `app_id`."""
    # Whether it exists is the endpoint's question.
    member = identify(parameters, headers)
    application_id = parameters.get("app_id")
    if not application_id:
        raise Denied(400, "No app id provided")
    _require(is_app_admin(member, application_id))
    return _unlocked(member)


def application_or_global_admin(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
    """Administrators of the application in `app_id`; without it global administrators."""
    rule = application_admin if parameters.get("app_id") else global_admin
    return rule(parameters, headers)


def writer(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
    """Members who may change what belongs to the existing application in `app_id`."""
    member = identify(parameters, headers)
    application_id = _application_id(parameters)
    _require(is_app_admin(member, application_id))
    return _existing(_unlocked(member), application_id, made_up=_is_made_up(parameters))


def reader(feature: Features) -> Rule:
    return _with_right("r", feature)


def creator(feature: Features) -> Rule:
    return _with_right("c", feature)


def updater(feature: Features) -> Rule:
    return _with_right("u", feature)


def deleter(feature: Features) -> Rule:
    return _with_right("d", feature)


def _with_right(letter: str, feature: Features) -> Rule:
    """May do so with the feature of the existing application in `app_id`, which global administrators may leave out."""

    def rule(parameters: Mapping[str, Any], headers: Mapping[str, str]) -> Member:
        member = identify(parameters, headers)
        if member.global_admin and not parameters.get("app_id"):
            return _unlocked(member)
        application_id = _application_id(parameters)
        _require(has_right(member, letter, application_id, feature))
        return _existing(_unlocked(member), application_id, made_up=letter != "r" and _is_made_up(parameters))

    does = {"r": "read", "c": "create", "u": "change", "d": "delete"}[letter]
    named = " or ".join(f"`{name}`" for name in ((feature,) if isinstance(feature, str) else feature))
    rule.__doc__ = f"Members who may {does} {named} of the application in `app_id`."
    return rule


def _application_id(parameters: Mapping[str, Any]) -> str:
    application_id = parameters.get("app_id")
    if not isinstance(application_id, str) or not application_id:
        raise Denied(401, "No app_id provided")
    return application_id


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise Denied(401, NO_RIGHT)


def _unlocked(member: Member) -> Member:
    if member.locked:
        raise Denied(401, "User is locked")
    return member


def _existing(member: Member, application_id: str, *, made_up: bool) -> Member:
    application = lookup.by_id(application_id)
    if application is None:
        raise Denied(401, "App does not exist")
    if made_up and application.locked:
        raise Denied(403, "App is locked")
    return member


def _is_made_up(parameters: Mapping[str, Any]) -> bool:
    """Demo data, which says so: locked applications take none."""
    return parameters.get("populator") in (True, 1, "true", "1")
