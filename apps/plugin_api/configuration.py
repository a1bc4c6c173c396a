"""Settings that can change while the server runs, in namespaces, stored in `plugins` under `_id: "plugins"`.

A value is looked for in three places: the application's own `plugins.<namespace>`, the stored document, the defaults.
"""

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from apps.core import mongo
from apps.core.texts import Text
from apps.plugin_api.signals import settings_changed, tell

COLLECTION = "plugins"
DOCUMENT_ID = "plugins"
CACHE_SECONDS = 3.0
MEMBER_KEYS = "_user"
MAX_STORED_NUMBER = 2_147_483_647
LEADING_INTEGER = re.compile(r"\s*([+-]?\d{1,400})", re.ASCII)


class HasOverrides(Protocol):
    """An application, as far as this module knows it."""

    @property
    def overrides(self) -> Mapping[str, Any]: ...


class InvalidSetting(ValueError):
    """The name of a namespace or of a setting cannot be stored."""


@dataclass(frozen=True, slots=True)
class Described:
    """What people read beside the field in which they change a setting."""

    title: Text  # translatable text, as `help`
    help: Text = ""
    choices: Mapping[str, Text] | None = None  # value -> title
    pattern: str = ""  # what a text must match as a whole unless it is empty; others are refused
    is_secret: bool = False  # never shown again once it is stored, never logged
    is_kept_only: bool = False  # stored and handed out for clients of the API; nothing here depends on it
    is_server_wide: bool = False  # an application's own value would have no effect

    def takes(self, value: object) -> bool:
        return not self.pattern or str(value) == "" or bool(re.fullmatch(self.pattern, str(value)))


@dataclass(slots=True)
class Namespace:
    plugin: str = ""  # whose it is; hidden from people while that is off
    title: Text = ""
    is_hidden: bool = False  # from people altogether
    is_server_wide: bool = False  # applications have no values of their own
    described: dict[str, Described] = field(default_factory=dict)


_defaults: dict[str, dict[str, Any]] = {}
_namespaces: dict[str, Namespace] = {}
_lock = threading.Lock()
_stored: dict[str, Any] = {}
_stored_until = 0.0  # time.monotonic()
_merged: dict[str, Mapping[str, Any]] = {}  # of the stored document in hand


def register(
    namespace: str,
    defaults: Mapping[str, Any],
    *,
    plugin: str = "",
    title: Text = "",
    is_hidden: bool = False,
    is_server_wide: bool = False,
    described: Mapping[str, Described] | None = None,
    member_keys: Mapping[str, bool] | None = None,
) -> None:
    """Call from `AppConfig.ready`. The type of a default is the type that readers of the setting will get.

    `member_keys`: settings that members may have for themselves, and whether they may before somebody decides; stored
    as `_user`.
    """
    _defaults.setdefault(namespace, {}).update(defaults)
    about = _namespaces.setdefault(namespace, Namespace(plugin))
    about.title = title or about.title
    about.is_hidden = is_hidden or about.is_hidden
    about.is_server_wide = is_server_wide or about.is_server_wide
    about.described.update(described or {})
    if member_keys:
        _defaults[namespace].setdefault(MEMBER_KEYS, {}).update(member_keys)
    forget()


def withdraw(namespace: str, name: str = "") -> None:
    """The namespace, or one setting of it, is not registered any more. What is stored stays."""
    if name:
        _defaults.get(namespace, {}).pop(name, None)
    else:
        _defaults.pop(namespace, None)
        _namespaces.pop(namespace, None)
    forget()


def namespaces() -> dict[str, Namespace]:
    """All that are registered, also those of plugins that are off."""
    return dict(_namespaces)


def defaults(namespace: str) -> Mapping[str, Any]:
    return MappingProxyType(_defaults.get(namespace, {}))


def read(namespace: str, application: HasOverrides | None = None) -> Mapping[str, Any]:
    """All settings of a namespace. Changes made by other processes are seen within CACHE_SECONDS."""
    return with_overrides(_global(namespace), namespace, application)


def with_overrides(settings: Mapping[str, Any], namespace: str, application: HasOverrides | None) -> Mapping[str, Any]:
    """Those settings as they hold for the application. Reads nothing."""
    overrides = application.overrides.get(namespace) if application is not None else None
    if not isinstance(overrides, dict) or not overrides:
        return settings
    return MappingProxyType({**settings, **typed(namespace, overrides)})


def write(namespace: str, values: Mapping[str, Any]) -> None:
    """Stores the given settings and leaves the others. Raises InvalidSetting and stores nothing for a bad name."""
    for name in (namespace, *values):
        if not name or name.startswith("$") or "." in name or "\0" in name:
            raise InvalidSetting(f"A setting cannot be called {name!r}.")
    if not values:
        return
    stored = {f"{namespace}.{name}": _capped(value) for name, value in typed(namespace, values).items()}
    mongo.collection(COLLECTION).update_one({"_id": DOCUMENT_ID}, {"$set": stored}, upsert=True)
    forget()
    tell(settings_changed, namespace=namespace, values=dict(values))


def ensure_defaults() -> None:
    """Call at start. Writes the defaults that the stored document lacks; what is stored is never overwritten."""
    document = _load()
    missing = {
        f"{namespace}.{name}": _capped(value)
        for namespace, defaults in _defaults.items()
        for name, value in defaults.items()
        if name not in _namespace(document, namespace)
    }
    if missing:
        mongo.collection(COLLECTION).update_one({"_id": DOCUMENT_ID}, {"$set": missing}, upsert=True)
    forget()


def forget() -> None:
    """This process reads the stored document anew at the next `read`."""
    global _stored_until
    with _lock:
        _stored_until = 0.0


def _global(namespace: str) -> Mapping[str, Any]:
    global _stored, _stored_until
    with _lock:
        if time.monotonic() >= _stored_until:
            _stored = _load()
            _stored_until = time.monotonic() + CACHE_SECONDS
            _merged.clear()
        if namespace not in _merged:
            values = typed(namespace, _namespace(_stored, namespace))
            _merged[namespace] = MappingProxyType({**_defaults.get(namespace, {}), **values})
        return _merged[namespace]


def _load() -> dict[str, Any]:
    return mongo.collection(COLLECTION).find_one({"_id": DOCUMENT_ID}) or {}


def _namespace(document: Mapping[str, Any], namespace: str) -> dict[str, Any]:
    values = document.get(namespace)
    return values if isinstance(values, dict) else {}


def typed(namespace: str, values: Mapping[str, Any]) -> dict[str, Any]:
    defaults = _defaults.get(namespace, {})
    return {name: _like(defaults.get(name), value) for name, value in values.items()}


def _like(default: Any, value: Any) -> Any:
    """A number given as text becomes the whole number with which it begins, else 0; a text given as number a text."""
    if isinstance(default, bool):
        return value.strip().lower() == "true" if isinstance(value, str) else bool(value)
    if isinstance(default, int | float):
        return _number(value)
    if isinstance(default, str) and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _number(value: Any) -> int | float:
    if isinstance(value, int | float):
        is_whole = isinstance(value, int) or value == value // 1
        return int(value) if is_whole else value
    found = LEADING_INTEGER.match(str(value))
    return int(found[1]) if found else 0


def _capped(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return min(value, MAX_STORED_NUMBER) if is_number else value
