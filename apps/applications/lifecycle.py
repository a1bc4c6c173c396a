"""Creates and changes tracked applications: the only code that writes what people decide about them."""

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from bson import ObjectId
from django.db import IntegrityError

from apps.applications import lookup, places, sketch_coverage
from apps.applications.models import Application
from apps.core import clock, mongo, schema
from apps.plugin_api import configuration
from apps.plugin_api.signals import application_created, application_updated, tell

MAX_KEY_LENGTH = 200
DESCRIPTIVE = ("checksum_salt", "redirect_url", "app_domain", "description")


class InvalidApplication(ValueError):
    """The message says to people what is wrong."""


class KeyInUse(InvalidApplication):
    pass


def create_application(
    name: str,
    *,
    key: str | None = None,
    timezone: str | None = None,
    country: str | None = None,
    type: str | None = None,
    category: str | None = None,
    salt: str = "",
    owner: str = "",
) -> Application:
    """What is not given comes from the settings namespace `apps`; so does an unknown country, category or type.

    The collections and indexes of the application exist before anybody can find its key.
    Raises InvalidApplication for an empty name, an unknown time zone or a key that cannot be used.
    """
    if not name.strip():
        raise InvalidApplication("The application needs a name.")
    defaults = initial_values()
    application = Application(
        name=name.strip(),
        key=key or "",
        country=_known(country, places.countries(), defaults["country"]),
        timezone=timezone or defaults["timezone"],
        category=_known(category, places.CATEGORIES, defaults["category"]),
        type=_known(type, places.types(), defaults["type"]),
        salt=salt or None,
        owner=owner,
    )
    store_new(application)
    return application


def add_application(fields: Mapping[str, Any], *, owner: str) -> Application:
    """What the management API asks for: as `create_application`, but a name may be empty, and an unknown time zone
    becomes that of the settings. Raises InvalidApplication for a key that cannot be used."""
    defaults = initial_values()
    known = {
        "country": places.countries(),
        "timezone": places.timezones(),
        "category": places.CATEGORIES,
        "type": places.types(),
    }
    application = Application(
        name=fields["name"],
        key=fields.get("key", ""),
        owner=owner,
        **{name: _known(fields.get(name), values, defaults[name]) for name, values in known.items()},
        **{name: fields[name] for name in DESCRIPTIVE if name in fields},
    )
    store_new(application)
    return application


def change_application(application: Application, fields: Mapping[str, Any]) -> None:
    """Stores the given fields. A salt under its older name becomes `salt`. Raises InvalidApplication."""
    application.salt = application.salt or application.checksum_salt
    application.checksum_salt = None
    for name, value in fields.items():
        setattr(application, name, value)
    save_changes(application)


def change_settings(application: Application, settings: Mapping[str, Any]) -> None:
    """Replaces the given namespaces of the application's own settings."""
    changed = {f"plugins.{namespace}": values for namespace, values in settings.items()}
    mongo.collection("apps").update_one({"_id": application.pk}, {"$set": changed})
    lookup.forget_all()
    tell(application_updated, application_id=str(application.pk))


def initial_values() -> dict[str, str]:
    """Country, timezone, category and type of an application of which nothing is known."""
    return {"type": places.DEFAULT_TYPE, **configuration.read("apps")}


def store_new(application: Application) -> None:
    """Makes an application of one that is filled in but not stored. Without a key it gets a random one."""
    application.key = application.key or new_key()
    _check(application)
    if Application.objects.filter(key=application.key).exists():
        raise KeyInUse("The app key is already in use.")
    application.pk = ObjectId()
    application.created_at = application.edited_at = clock.now_s()
    application_id = str(application.pk)
    schema.ensure_for_application(application_id)
    try:
        application.save(force_insert=True)
    except IntegrityError as error:  # somebody took the key in the meantime
        for collection in schema.application_collections(application_id):
            mongo.database().drop_collection(collection)
        raise KeyInUse("The app key is already in use.") from error
    sketch_coverage.begin_with(application_id)
    lookup.forget_all()
    tell(application_created, application_id=application_id)


def save_changes(application: Application) -> None:
    """Stores what was changed on a loaded application. Raises InvalidApplication as `create_application` does."""
    _check(application)
    application.checksum_salt = None if application.salt else application.checksum_salt
    application.edited_at = clock.now_s()
    try:
        application.save()
    except IntegrityError as error:
        raise KeyInUse("The app key is already in use.") from error
    lookup.forget_all()
    tell(application_updated, application_id=str(application.pk))


def rotate_key(application: Application) -> str:
    """The old key stops working within `lookup.CACHE_SECONDS`. Users sent under the new key count as new ones: their
    ids are made of key and device id."""
    application.key = new_key()
    save_changes(application)
    return application.key


def set_paused(applications: Iterable[Application], paused: bool) -> None:
    """A paused application refuses requests of SDKs."""
    for application in applications:
        application.paused = paused
        save_changes(application)


def set_locked(applications: Iterable[Application], locked: bool) -> None:
    """A locked application still counts, but its data cannot be cleared or deleted."""
    for application in applications:
        application.locked = locked
        save_changes(application)


def new_key() -> str:
    """40 hexadecimal digits."""
    return secrets.token_hex(20)


def check_key(key: str) -> None:
    """Raises InvalidApplication."""
    if len(key) > MAX_KEY_LENGTH or not re.fullmatch(r"[^\s\x00-\x1f\x7f\ud800-\udfff]+", key):
        raise InvalidApplication(f"An app key has 1 to {MAX_KEY_LENGTH} characters and no spaces.")


def _check(application: Application) -> None:
    if application.key:  # the API may take it away, which shuts the application off
        check_key(application.key)
    if application.timezone not in places.timezones():
        raise InvalidApplication(
            f"Unknown time zone: {application.timezone!r}. Give an IANA name such as Europe/Berlin."
        )


def _known(value: str | None, known: Iterable[str], default: str) -> str:
    return value if value is not None and value in known else default
