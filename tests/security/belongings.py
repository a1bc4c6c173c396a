"""One of everything in the application `other`, with MARK in all that can be read of it: nobody of `shop` sees it."""

import asyncio
import json
from typing import Any

from django.test import Client

from apps.accounts import tokens
from apps.aggregation.records import Record
from apps.core import clock, mongo
from apps.pipeline import stream
from apps.pipeline.flush import flush_all
from apps.tasks import kinds, long_tasks, running
from apps.tasks.kinds import Data, Kind
from tests.aggregation.ledger import query_text
from tests.security import offered
from tests.security.people import World

MARK = "belongs-to-the-other"
KIND = "marked"
DEVICE, EVENT = "device-of-the-other", "event-of-the-other"


def populate(made: World) -> dict[str, str]:
    """Answers their ids, by the names of parameters and of parts of addresses that stand for just one of them."""
    other, owner = made.other, made.people["global admin"]
    turned = World(shop=other, other=made.shop, people=made.people)
    _send(turned)
    client = Client()

    def post(path: str, /, **parameters: Any) -> None:
        sent = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
        answer = client.post(path, {"app_id": other.id, "api_key": owner.api_key, **sent})
        assert answer.status_code == 200, (path, answer.content)

    for kind in ("private", "public"):
        about = {"note": f"{MARK} {kind}", "ts": clock.now_ms(), "noteType": kind, "color": 1, "category": "session"}
        post("/i/notes/save", args=about)
    group = {"name": MARK, "source_events": [EVENT], "display_map": {}, "status": True, "description": MARK}
    post("/i/event_groups/create", args={"app_id": other.id, **group})
    post("/i/date_presets/create", name=MARK, range='"30days"', share_with="none")
    mongo.collection("members").update_one(
        {"_id": made.people["admin of another"].pk}, {"$set": {"full_name": f"{MARK} member"}}
    )
    profile = _one(f"app_users{other.id}", {})
    things = {
        "collection": f"app_users{other.id}",
        "event": EVENT,
        "user_id": str(made.people["admin of another"].pk),
        "tokenid": tokens.create(str(owner.pk), purpose=MARK),
        "uid": str(profile["uid"]),
        "did": str(profile["did"]),
        "private note": str(_one("notes", {"noteType": "private"})["_id"]),
        "public note": str(_one("notes", {"noteType": "public"})["_id"]),
        "preset_id": str(_one("date_presets", {})["_id"]),
        "event group": str(_one("event_groups", {})["_id"]),
        "task_id": _export(turned, client),
        "task": _task(turned),
        **offered.things(turned, lambda name: f"{MARK} {name}", False),
    }
    return {name: found for name, found in things.items() if name != "kind"}


def _send(turned: World) -> None:
    now_ms = clock.now_ms()
    parameters = {
        "app_key": turned.shop.key,
        "device_id": DEVICE,
        "timestamp": str(now_ms - 60_000),
        "begin_session": "1",
        "metrics": json.dumps({"_os": MARK, "_app_version": MARK, "_carrier": MARK, "_device": MARK}),
        "user_details": json.dumps({"name": MARK, "email": MARK, "custom": {MARK: MARK}}),
        "events": json.dumps([{"key": EVENT, "count": 1, "segmentation": {MARK: MARK}}]),
    }
    record = Record(turned.shop.id, turned.shop.key, DEVICE, now_ms, "127.0.0.1", query_text(parameters))
    asyncio.run(stream.accept_many([record]))
    flush_all()


def _task(turned: World) -> str:
    """With a result."""
    kinds.KINDS.register(KIND, Kind(KIND, lambda running: Data({"text": MARK})), plugin="tests")
    task = long_tasks.start(
        KIND,
        {},
        creator=turned.people["global admin"],
        application_id=turned.shop.id,
        name=MARK,
        description=MARK,
        is_made_by_hand=True,
    )
    running.run_waiting()
    return task


def _export(turned: World, client: Client) -> str:
    key = turned.people["global admin"].api_key
    data = {"collection": f"app_users{turned.shop.id}", "api_key": key}
    asked = {"path": "/o/export/db", "data": json.dumps(data), "app_id": turned.shop.id, "type": "csv"}
    task: str = client.post("/o/export/requestQuery", {**asked, "filename": MARK, "api_key": key}).json()["result"][
        "task_id"
    ]
    running.run_waiting()
    return task


def _one(collection: str, wanted: dict[str, Any]) -> dict[str, Any]:
    found = mongo.collection(collection).find_one(wanted)
    assert found is not None, collection
    return found


# What is stored ------------------------------------------------------------------
#: They move by themselves, or tell of what was asked and by whom.
LOGS = frozenset({"systemlogs", "django_admin_log", "django_session", "django_migrations", "ingest_offsets"})
Stored = dict[tuple[str, str], dict[str, Any]]


def stored() -> Stored:
    return {
        (name, repr(document["_id"])): document
        for name in mongo.database().list_collection_names()
        if name not in LOGS
        for document in mongo.collection(name).find({})
    }


def restore(before: Stored, after: Stored) -> None:
    for collection, key in after.keys() - before.keys():
        mongo.collection(collection).delete_one({"_id": after[collection, key]["_id"]})
    for (collection, key), document in before.items():
        if after.get((collection, key)) != document:
            mongo.collection(collection).delete_one({"_id": document["_id"]})
            mongo.collection(collection).insert_one(document)


def changed(before: Stored, after: Stored) -> list[tuple[str, str]]:
    """But the places of presets: they stand in one order for everybody, and the others make room."""
    return sorted(key for key in before.keys() | after.keys() if _own(before.get(key)) != _own(after.get(key)))


def _own(document: dict[str, Any] | None) -> dict[str, Any] | None:
    return document and {name: value for name, value in document.items() if name != "sort_order"}
