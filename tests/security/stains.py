"""A script in every name that can be stored. Whatever page shows one must show it as text."""

import asyncio
import json
from html.parser import HTMLParser
from typing import Any

from bson import ObjectId
from django.test import Client

from apps.aggregation.records import Record
from apps.core import clock, mongo
from apps.pipeline import stream
from apps.pipeline.flush import flush_all
from apps.profiles import profiles
from apps.tasks import long_tasks
from tests.aggregation.ledger import query_text
from tests.security import offered
from tests.security.people import World


def stain(name: str) -> str:
    return f"<script>stain</script>'onmouseover=stain \"onmouseover=stain <img src=x onerror=stain> {mark(name)}"


def mark(name: str) -> str:
    """Found again however the rest is escaped."""
    return f"stained-{name}-here"


class _Reader(HTMLParser):
    """Reads a page as a browser does: finds elements and attributes that the stain has become."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"<{tag} {name}>" for name, _ in attrs if name.startswith("on")]
        self.found += [
            f"<{tag} {name}={value}>"
            for name, value in attrs
            if name != "value" and (value or "").startswith("javascript:")  # what a field holds is nowhere to go
        ]

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script" and data.startswith("stain"):
            self.found.append("<script>")


class _InlineReader(HTMLParser):
    """Finds what a strict policy forbids: scripts, styles and handlers in the page itself, without a nonce."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_data = given.get("type") == "application/json"
        if "nonce" not in given and (tag == "style" or (tag == "script" and "src" not in given and not is_data)):
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith("on")]


def inline_in(text: str) -> list[str]:
    reader = _InlineReader()
    reader.feed(text)
    return reader.found


def scripts_in(text: str) -> list[str]:
    reader = _Reader()
    reader.feed(text)
    return reader.found


#: What must be seen on some page, so that the test says something. Plugins add theirs.
SEEN = (
    "app", "member", "event", "event-title", "event-text", "segment", "value", "os", "device", "carrier", "version",
    "resolution", "density", "locale", "browser", "city", "user", "username", "organization", "custom", "note",
    "preset", "group", "task", "token", "sdk",
)  # fmt: skip


def seen() -> tuple[str, ...]:
    return SEEN + offered.names("SEEN")


def populate(world: World) -> dict[str, str]:
    """Answers as `values`."""
    _send(world)
    _manage(world)
    return values(world)


def values(world: World) -> dict[str, str]:
    """For the parts of addresses: of a task and a user that are there."""
    shop = world.shop.id
    if mongo.collection(f"app_users{shop}").find_one({}) is None:
        profiles.create(world.shop, "quiet", {"name": "Quiet"})
    task = long_tasks.start(
        "stained",
        {},
        creator=world.people["global admin"],
        application_id=shop,
        name=stain("task"),
        description=stain("task"),
        is_made_by_hand=True,
    )
    profile = mongo.collection(f"app_users{shop}").find_one({})
    assert profile is not None
    return {
        "application_id": shop,
        "task_id": task,
        "uid": str(profile["uid"]),
        "member_id": str(world.people["reader"].pk),
        "database": "countly",
        "collection": f"app_users{shop}",
        "token": "x",
        "prid": "x",
        "name": "x.png",
        **offered.things(world, stain, True),
    }


def _send(world: World) -> None:
    now_ms = clock.now_ms()
    metrics = {
        "_os": stain("os"), "_os_version": stain("os-version"), "_device": stain("device"),
        "_carrier": stain("carrier"), "_app_version": stain("version"), "_resolution": stain("resolution"),
        "_density": stain("density"), "_locale": stain("locale"), "_browser": stain("browser"),
        "_device_type": stain("device-type"), "_manufacturer": stain("manufacturer"),
    }  # fmt: skip
    details = {
        "name": stain("user"), "username": stain("username"), "email": stain("email"), "phone": stain("phone"),
        "organization": stain("organization"), "gender": stain("gender"), "picture": "javascript:stain()",
        "custom": {stain("custom"): stain("custom")},
    }  # fmt: skip
    event = {"key": stain("event"), "count": 1, "segmentation": {stain("segment"): stain("value")}}
    query = query_text(
        {
            "app_key": world.shop.key,
            "device_id": "stained",
            "timestamp": str(now_ms - 60_000),
            "begin_session": "1",
            "metrics": json.dumps(metrics),
            "user_details": json.dumps(details),
            "events": json.dumps([event]),
            "city": stain("city"),
            "country_code": "DE",
            "sdk_name": stain("sdk"),
            "sdk_version": stain("sdk"),
        }
    )
    record = Record(world.shop.id, world.shop.key, "stained", now_ms, "127.0.0.1", query, user_agent=stain("agent"))
    asyncio.run(stream.accept_many([record]))
    flush_all()


def _manage(world: World) -> None:
    client, shop = Client(), world.shop.id
    key = world.people["global admin"].api_key

    def post(path: str, /, **parameters: Any) -> None:
        sent = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
        answer = client.post(path, {"app_id": shop, "api_key": key, **sent})
        assert answer.status_code == 200, (path, answer.content)

    about = {"name": stain("app"), "description": stain("app"), "app_domain": stain("app")}
    post("/i/apps/update", args={"app_id": shop, **about})
    reader = str(world.people["reader"].pk)
    mongo.collection("members").update_one({"_id": ObjectId(reader)}, {"$set": {"full_name": stain("member")}})
    for name in ("admin", "global admin"):  # their names stand beside what they made
        person = ObjectId(str(world.people[name].pk))
        mongo.collection("members").update_one({"_id": person}, {"$set": {"full_name": stain("member")}})
    event = next(iter(mongo.collection("events").find_one({"_id": ObjectId(shop)})["list"]))
    about = {"key": event, "name": stain("event-title"), "description": stain("event-text"), "is_visible": True}
    post("/i/events/edit_map", event_map={event: about})
    group = {"name": stain("group"), "source_events": [event], "display_map": {}, "status": True}
    post("/i/event_groups/create", args={"app_id": shop, **group, "description": stain("group")})
    note = {"note": stain("note"), "ts": clock.now_ms(), "noteType": "public", "color": 1, "category": "session"}
    post("/i/notes/save", args=note)
    post("/i/date_presets/create", name=stain("preset"), range='"30days"', share_with="all-users")
    post("/i/token/create", purpose=stain("token"), ttl="1000")
