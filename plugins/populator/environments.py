"""Environments: users that are kept, so that the same ones come back in a later run."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from bson import ObjectId
from pymongo import ASCENDING, DESCENDING, UpdateOne

from apps.core import clock, mongo
from apps.core.arguments import is_storable
from plugins.populator.documents import (
    APP_VERSION,
    APPLICATION,
    CREATED,
    CUSTOM,
    DEVICE,
    ENVIRONMENT_USERS,
    ENVIRONMENTS,
    NAME,
    PLATFORM,
    TEMPLATE,
    USER_NAME,
    Document,
    device_of,
    environment_id,
    user_id,
    users_of,
)
from plugins.populator.generation.people import Person, Saved
from plugins.populator.stock import STOCK
from plugins.populator.template import MOST_USERS

LONGEST_TEXT = 256
MOST_CUSTOM_BYTES = 10_000  # of one user
MOST_ENVIRONMENTS = 500
MOST_ROWS = 500
CHUNK = 500
SORTS = (USER_NAME, PLATFORM, DEVICE, APP_VERSION, CREATED)


class InvalidUsers(ValueError):
    """Its text says what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class NewUser:
    template_id: str
    environment: str  # its name
    device_id: str
    fields: Document


# Reading ------------------------------------------------------------------------------------------------------------
def exists(application_id: str, name: str) -> bool:
    wanted = {"_id": environment_id(application_id, name)}
    return mongo.collection(ENVIRONMENTS).find_one(wanted, {"_id": 1}) is not None


def of_application(application_id: str) -> list[Document]:
    found = mongo.collection(ENVIRONMENTS).find({APPLICATION: application_id})
    return list(found.sort(CREATED, DESCENDING).limit(MOST_ENVIRONMENTS))


def count_of_template(template_id: str, application_id: str) -> tuple[int, int]:
    """How many of the application, and how many of others."""
    found = mongo.collection(ENVIRONMENTS).find({TEMPLATE: template_id}, [APPLICATION])
    owners = [one.get(APPLICATION) for one in found]
    here = owners.count(application_id)
    return here, len(owners) - here


def find(application_id: str, environment: Any) -> Document | None:
    if not isinstance(environment, str):
        return None
    return mongo.collection(ENVIRONMENTS).find_one({"_id": environment, APPLICATION: application_id})


@dataclass(frozen=True, slots=True)
class Search:
    text: str = ""  # in the name of the user, the platform or the device
    sort: str = USER_NAME  # one of SORTS
    is_descending: bool = False
    start: int = 0
    length: int = 10


def users(application_id: str, template_id: str, environment: str, wanted: Search) -> tuple[list[Document], int, int]:
    """A page of users, how many match, and how many there are."""
    of_environment = users_of(application_id, template_id, environment)
    query = dict(of_environment)
    if wanted.text:
        pattern = {"$regex": re.escape(wanted.text[:LONGEST_TEXT]), "$options": "i"}
        query["$or"] = [{name: pattern} for name in (USER_NAME, PLATFORM, DEVICE)]
    collection = mongo.collection(ENVIRONMENT_USERS)
    direction = DESCENDING if wanted.is_descending else ASCENDING
    length = max(1, min(wanted.length, MOST_ROWS))
    rows = collection.find(query).sort([(wanted.sort, direction), ("_id", ASCENDING)]).skip(wanted.start).limit(length)
    total = collection.count_documents(of_environment)
    return list(rows), collection.count_documents(query) if wanted.text else total, total


def saved_users(application_id: str, template_id: str, environment: str) -> list[Saved]:
    found = mongo.collection(ENVIRONMENT_USERS).find(users_of(application_id, template_id, environment))
    return [
        Saved(
            device_id=device_of(str(one["_id"])),
            platform=_text_of(one.get(PLATFORM)),
            device=_text_of(one.get(DEVICE)),
            app_version=_text_of(one.get(APP_VERSION)),
            name=_text_of(one.get(USER_NAME)),
            custom=one[CUSTOM] if isinstance(one.get(CUSTOM), Mapping) else {},
        )
        for one in found.sort("_id", ASCENDING).limit(MOST_USERS)
    ]


# Writing ------------------------------------------------------------------------------------------------------------
def create(application_id: str, name: str, template_id: str) -> str:
    """Its id. One of that name stays as it is."""
    found = environment_id(application_id, name)
    fields = {NAME: name, TEMPLATE: template_id, APPLICATION: application_id, CREATED: clock.now_ms()}
    mongo.collection(ENVIRONMENTS).update_one({"_id": found}, {"$setOnInsert": fields}, upsert=True)
    return found


def save_users(application_id: str, found: Iterable[NewUser]) -> int:
    """How many. Those that are there already are replaced."""
    now_ms = clock.now_ms()
    updates = [
        UpdateOne(
            {
                "_id": user_id(
                    application_id, one.template_id, environment_id(application_id, one.environment), one.device_id
                )
            },
            {"$set": {**one.fields, CREATED: now_ms}},
            upsert=True,
        )
        for one in found
    ]
    for start in range(0, len(updates), CHUNK):
        mongo.collection(ENVIRONMENT_USERS).bulk_write(updates[start : start + CHUNK], ordered=False)
    return len(updates)


def of_people(people: Sequence[Person], environment: str, template_id: str, app_version: str) -> list[NewUser]:
    return [
        NewUser(
            template_id,
            environment,
            one.device_id,
            {
                USER_NAME: one.name,
                PLATFORM: one.platform,
                DEVICE: one.device.model,
                APP_VERSION: one.app_version or app_version,
                CUSTOM: dict(one.custom),
            },
        )
        for one in people
    ]


def read_users(sent: Sequence[Any], application_id: str) -> list[NewUser]:
    """What clients sent. Raises InvalidUsers."""
    if len(sent) > MOST_USERS:
        raise InvalidUsers(f"users has more than {MOST_USERS} entries")
    return [_read_user(one, f"users[{index}]", application_id) for index, one in enumerate(sent)]


def _read_user(sent: Any, where: str, application_id: str) -> NewUser:
    if not isinstance(sent, Mapping):
        raise InvalidUsers(f"{where} is no object")
    if sent.get(APPLICATION, application_id) != application_id:
        raise InvalidUsers(f"{where}.{APPLICATION} is another application")
    template_id = _needed(sent, TEMPLATE, where)
    if template_id not in STOCK and not ObjectId.is_valid(template_id):
        raise InvalidUsers(f"{where}.{TEMPLATE} is no template")
    custom = sent.get(CUSTOM) or {}
    is_fine = isinstance(custom, dict) and is_storable(custom) and len(orjson.dumps(custom)) <= MOST_CUSTOM_BYTES
    if not is_fine:
        raise InvalidUsers(f"{where}.{CUSTOM} cannot be stored")
    fields: Document = {CUSTOM: custom}
    for name in (USER_NAME, PLATFORM, DEVICE, APP_VERSION):
        value = sent.get(name) or ""
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            raise InvalidUsers(f"{where}.{name} is no text of at most {LONGEST_TEXT} characters")
        fields[name] = value
    return NewUser(template_id, _needed(sent, "environmentName", where), _needed(sent, "deviceId", where), fields)


# Removing -----------------------------------------------------------------------------------------------------------
def remove(application_id: str, template_id: str, environment: str) -> None:
    mongo.collection(ENVIRONMENTS).delete_one({"_id": environment, APPLICATION: application_id})
    mongo.collection(ENVIRONMENT_USERS).delete_many(users_of(application_id, template_id, environment))


def remove_of_template(template_id: str) -> None:
    found = list(mongo.collection(ENVIRONMENTS).find({TEMPLATE: template_id}))
    for one in found:
        remove(str(one.get(APPLICATION)), template_id, str(one["_id"]))


def remove_of_application(application_id: str) -> None:
    mongo.collection(ENVIRONMENTS).delete_many({APPLICATION: application_id})
    mongo.collection(ENVIRONMENT_USERS).delete_many(users_of(application_id))


def _needed(sent: Mapping[str, Any], name: str, where: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        raise InvalidUsers(f"{where}.{name} is no text of 1 to {LONGEST_TEXT} characters")
    return value


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""
