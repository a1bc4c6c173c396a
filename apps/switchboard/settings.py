"""Settings of all namespaces as people see and change them."""

from collections.abc import Mapping
from typing import Any

from apps.accounts import preferences
from apps.accounts.models import Member
from apps.core import arguments, mongo
from apps.plugin_api import audit, configuration, states
from apps.plugin_api.configuration import Namespace

MEMBERS = "members"
Values = Mapping[str, Mapping[str, Any]]


class InvalidSettings(ValueError):
    pass


def visible() -> dict[str, Namespace]:
    """Without hidden ones, and those of plugins that are off."""
    return {
        name: about
        for name, about in sorted(configuration.namespaces().items())
        if not about.is_hidden and states.is_on(about.plugin)
    }


def everything() -> dict[str, dict[str, Any]]:
    return {name: dict(configuration.read(name)) for name in visible()}


def checked(sent: Any) -> dict[str, dict[str, Any]]:
    """Raises InvalidSettings unless it is an object of known namespaces with storable values, and not empty."""
    settings, known = of_right_shape(sent), visible()
    for namespace in settings:
        if namespace not in known:
            raise InvalidSettings(f"there are no settings {namespace!r}")
        for name, value in settings[namespace].items():
            about = known[namespace].described.get(name)
            if about and not about.takes(value):
                raise InvalidSettings(f"{namespace}.{name} cannot be that")
    return settings


def of_right_shape(sent: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(sent, dict) or not sent or not all(isinstance(values, dict) for values in sent.values()):
        raise InvalidSettings("settings are objects of namespaces")
    for namespace, values in sent.items():
        if not arguments.is_field_name(namespace) or not arguments.is_storable(values):
            raise InvalidSettings("names may not hold dots or begin with a dollar sign")
    return sent


def change(settings: Mapping[str, dict[str, Any]], *, member: Member, address: str = "") -> None:
    """Of `checked` settings. Secrets are left out of the log."""
    settings = _with_what_follows(settings)
    before = {name: {key: configuration.read(name).get(key) for key in values} for name, values in settings.items()}
    for namespace, values in settings.items():
        configuration.write(namespace, values)
    logged = {"before": _without_secrets(before), "update": _without_secrets(settings)}
    audit.record("change_configs", logged, member=member, address=address)


def _with_what_follows(settings: Mapping[str, dict[str, Any]]) -> Mapping[str, dict[str, Any]]:
    """No cities without countries."""
    api = settings.get("api", {})
    if _is_true(api.get("city_data")) and "country_data" not in api:
        return {**settings, "api": {**api, "country_data": True}}
    if "country_data" in api and not _is_true(api["country_data"]):
        return {**settings, "api": {**api, "city_data": False}}
    return settings


def _is_true(value: Any) -> bool:
    return value.strip().lower() == "true" if isinstance(value, str) else bool(value)


def _without_secrets(settings: Values) -> dict[str, dict[str, Any]]:
    namespaces = configuration.namespaces()
    return {
        name: {
            key: True if (about := namespaces[name].described.get(key)) and about.is_secret else value
            for key, value in values.items()
        }
        for name, values in settings.items()
    }


# Values of members ---------------------------------------------------------------------------------------------------


def of_member(member: Member) -> dict[str, dict[str, Any]]:
    """Of the settings that members may have for themselves, what holds for this one."""
    keys = {name: found for name in visible() if (found := member_keys(name))}
    own = {name: preferences.read(name, member) for name in keys}
    return {name: {key: own[name][key] for key in found if key in own[name]} for name, found in keys.items()}


def member_keys(namespace: str) -> list[str]:
    """Settings that members may have for themselves."""
    allowed = configuration.read(namespace).get(configuration.MEMBER_KEYS)
    return [key for key, may in allowed.items() if may is True] if isinstance(allowed, dict) else []


def change_of_member(settings: Mapping[str, dict[str, Any]], member: Member) -> None:
    """`settings` are `of_right_shape`. Those that members cannot have for themselves are passed over, as in the
    original."""
    stored = {
        f"settings.{namespace}.{key}": settings[namespace][key]
        for namespace in settings.keys() & visible().keys()
        for key in member_keys(namespace)
        if key in settings[namespace]
    }
    if stored:
        mongo.collection(MEMBERS).update_one({"_id": member.pk}, {"$set": stored})
