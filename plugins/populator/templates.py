"""Templates: those of the server, and those that people made. What is stored can be generated."""

from collections.abc import Mapping
from typing import Any

import orjson
from bson import ObjectId
from pymongo import DESCENDING

from apps.core import clock, mongo
from apps.core.arguments import is_storable
from plugins.populator import environments, template
from plugins.populator.documents import EDITED_BY, GENERATED_ON, IS_STOCK, LISTS, NAME, TEMPLATES, Document
from plugins.populator.stock import STOCK
from plugins.populator.template import InvalidTemplate

MOST_BYTES = 1_000_000  # of one, as JSON
MOST_TEMPLATES = 1_000


class NameTaken(ValueError):
    """Another template has it."""


def find(template_id: Any) -> Document | None:
    """Of the server or of people."""
    if isinstance(template_id, str) and (found := STOCK.get(template_id)):
        return dict(found.document)
    key = key_of(template_id)
    return mongo.collection(TEMPLATES).find_one({"_id": key}) if key else None


def key_of(template_id: Any) -> ObjectId | None:
    return ObjectId(template_id) if isinstance(template_id, str) and ObjectId.is_valid(template_id) else None


def stored(platforms: list[str] | None = None) -> list[Document]:
    """Those that people made, the latest first; with `platforms` those that are for one of them."""
    wanted = {"platformType": {"$in": platforms}} if platforms else {}
    return list(mongo.collection(TEMPLATES).find(wanted, sort=[(GENERATED_ON, DESCENDING)], limit=MOST_TEMPLATES))


def everything() -> list[Document]:
    """The server's own first."""
    return [*(dict(one.document) for one in STOCK.values()), *stored()]


def create(fields: Mapping[str, Any], by: str) -> Document:
    """`by`: name of the member. Raises InvalidTemplate and NameTaken."""
    document = _checked(fields, by)
    _require_free(document[NAME])
    document["_id"] = mongo.collection(TEMPLATES).insert_one(dict(document)).inserted_id
    return document


def replace(key: ObjectId, fields: Mapping[str, Any], by: str) -> Document | None:
    """What it was before; None when there is no such template. Raises InvalidTemplate and NameTaken."""
    document = _checked(fields, by)
    before = mongo.collection(TEMPLATES).find_one({"_id": key})
    if before is None:
        return None
    _require_free(document[NAME], besides=key)
    gone = {name: "" for name in before if name not in document and name != "_id"}
    # No replacement: the embedded server takes the fields of one for operators.
    change = {"$set": document, "$unset": gone} if gone else {"$set": document}
    mongo.collection(TEMPLATES).update_one({"_id": key}, change)
    return before


def remove(key: ObjectId) -> Document | None:
    """With its environments: nothing could be made with them any more."""
    removed = mongo.collection(TEMPLATES).find_one_and_delete({"_id": key})
    if removed is not None:
        environments.remove_of_template(str(key))
    return removed


def free_name(wanted: str) -> str:
    """For a copy."""
    taken = {str(one.get(NAME)) for one in everything()}
    names = (wanted, *(f"{wanted} {number}" for number in range(2, MOST_TEMPLATES + 2)))
    return next(name for name in names if name not in taken)


def _checked(fields: Mapping[str, Any], by: str) -> Document:
    document: Document = {
        NAME: str(fields[NAME]).strip(),
        IS_STOCK: fields.get(IS_STOCK) == "true",
        "uniqueUserCount": fields["uniqueUserCount"],
        "platformType": fields["platformType"],
        **{name: fields[name] for name in LISTS if name in fields},
        "behavior": fields.get("behavior") or {},
    }
    if not document["behavior"].get("sequences"):
        document["behavior"] = {}
    if not is_storable(document):
        raise InvalidTemplate("A name begins with $ or contains a dot")
    if len(orjson.dumps(document)) > MOST_BYTES:
        raise InvalidTemplate(f"The template is larger than {MOST_BYTES} bytes")
    template.read(document)
    return {**document, EDITED_BY: by, GENERATED_ON: clock.now_ms()}


def _require_free(name: str, besides: ObjectId | None = None) -> None:
    if mongo.collection(TEMPLATES).find_one({NAME: name, "_id": {"$ne": besides}}, {"_id": 1}):
        raise NameTaken(name)
