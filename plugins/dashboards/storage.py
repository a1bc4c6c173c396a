"""The documents of dashboards and their widgets."""

from collections.abc import Iterable, Mapping
from typing import Any

from bson import ObjectId
from pymongo import ASCENDING, UpdateOne

from apps.core import mongo
from plugins.dashboards.documents import (
    APPS,
    DASHBOARDS,
    EDITORS,
    EVENT_JOINT,
    EVENTS,
    OLD_EDITORS,
    OLD_VIEWERS,
    OWNER,
    VIEWERS,
    WIDGET_IDS,
    WIDGETS,
    Board,
    Widget,
)


# Dashboards ----------------------------------------------------------------------------------------------------------
def find(board_id: str) -> Board | None:
    return mongo.collection(DASHBOARDS).find_one({"_id": ObjectId(board_id)}) if ObjectId.is_valid(board_id) else None


def matching(wanted: Mapping[str, Any]) -> list[Board]:
    """In the order of their creation."""
    return list(mongo.collection(DASHBOARDS).find(dict(wanted)).sort([("_id", ASCENDING)]))


def insert(board: Board) -> ObjectId:
    found: ObjectId = mongo.collection(DASHBOARDS).insert_one(board).inserted_id
    return found


def change(board_id: ObjectId, operators: Mapping[str, Any]) -> tuple[int, int]:
    """How many it found, and how many it changed."""
    done = mongo.collection(DASHBOARDS).update_one({"_id": board_id}, operators)
    return done.matched_count, done.modified_count


def remove(board: Board) -> int:
    """With its widgets."""
    mongo.collection(WIDGETS).delete_many({"_id": {"$in": widget_ids(board)}})
    return mongo.collection(DASHBOARDS).delete_one({"_id": board["_id"]}).deleted_count


def widget_ids(board: Mapping[str, Any]) -> list[ObjectId]:
    listed = board.get(WIDGET_IDS)
    return [one for one in listed if isinstance(one, ObjectId)] if isinstance(listed, list) else []


# Widgets -------------------------------------------------------------------------------------------------------------
def widgets_of(boards: Iterable[Board]) -> dict[ObjectId, Widget]:
    wanted = [widget_id for board in boards for widget_id in widget_ids(board)]
    if not wanted:
        return {}
    return {widget["_id"]: widget for widget in mongo.collection(WIDGETS).find({"_id": {"$in": wanted}})}


def add_widgets(board_id: ObjectId, widgets: list[Widget]) -> list[ObjectId]:
    """A widget that no dashboard names, because the server died in between, is seen by nobody."""
    if not widgets:
        return []
    ids = list(mongo.collection(WIDGETS).insert_many(widgets).inserted_ids)
    mongo.collection(DASHBOARDS).update_one({"_id": board_id}, {"$push": {WIDGET_IDS: {"$each": ids}}})
    return ids


def change_widget(widget_id: ObjectId, fields: Mapping[str, Any]) -> bool:
    return mongo.collection(WIDGETS).update_one({"_id": widget_id}, {"$set": dict(fields)}).matched_count == 1


def place_widgets(places: Mapping[Any, Mapping[str, list[int]]]) -> None:
    if places:
        mongo.collection(WIDGETS).bulk_write(
            [UpdateOne({"_id": widget_id}, {"$set": dict(place)}) for widget_id, place in places.items()]
        )


def remove_widget(board_id: ObjectId, widget_id: ObjectId) -> None:
    mongo.collection(DASHBOARDS).update_one({"_id": board_id}, {"$pull": {WIDGET_IDS: widget_id}})
    mongo.collection(WIDGETS).delete_one({"_id": widget_id})


# What goes with others -----------------------------------------------------------------------------------------------
def remove_application(application_id: str) -> None:
    """It goes from the widgets; a widget that was about nothing else goes with it."""
    widgets = mongo.collection(WIDGETS)
    concerned = list(widgets.find({APPS: application_id}, [APPS, EVENTS]))
    alone = [widget["_id"] for widget in concerned if set(widget[APPS]) == {application_id}]
    for widget in concerned:
        if widget["_id"] not in alone:
            events = [one for one in widget.get(EVENTS) or [] if not str(one).startswith(application_id + EVENT_JOINT)]
            apps = [one for one in widget[APPS] if one != application_id]
            widgets.update_one({"_id": widget["_id"]}, {"$set": {APPS: apps, EVENTS: events}})
    if alone:
        mongo.collection(DASHBOARDS).update_many({}, {"$pull": {WIDGET_IDS: {"$in": alone}}})
        widgets.delete_many({"_id": {"$in": alone}})


def remove_member(member_id: str, email: str) -> None:
    """The dashboards of a member pass to the first member who may edit them, or go where nobody else may; those of
    others are no longer shared with the address."""
    for board in matching({OWNER: member_id}):
        heir = _first_editor(board, member_id)
        if heir is None:
            remove(board)
        else:
            change(board["_id"], {"$set": {OWNER: heir}})
    pulled = {**dict.fromkeys((OLD_EDITORS, OLD_VIEWERS), member_id)}
    if email:
        pulled |= dict.fromkeys((EDITORS[0], VIEWERS[0]), email)
    for name, value in pulled.items():
        mongo.collection(DASHBOARDS).update_many({name: value}, {"$pull": {name: value}})


def _first_editor(board: Board, leaving_id: str) -> str | None:
    """The id of a member whom the board names himself, not as one of a group. Who is locked may be unlocked."""
    emails, ids = (board.get(name) for name in (EDITORS[0], OLD_EDITORS))
    wanted: list[dict[str, Any]] = [{"email": one} for one in emails or () if isinstance(one, str)]
    wanted += [{"_id": ObjectId(one)} for one in ids or () if ObjectId.is_valid(one)]
    found = (person["_id"] for one in wanted for person in people(one))
    return next((one for one in found if one != leaving_id), None)


# People --------------------------------------------------------------------------------------------------------------
def people(wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`_id`, name, user name and e-mail of members."""
    fields = ["full_name", "username", "email"]
    return [{**one, "_id": str(one["_id"])} for one in mongo.collection("members").find(dict(wanted), fields)]
