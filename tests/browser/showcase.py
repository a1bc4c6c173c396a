"""A shop that has everything a screen can show, made through the product's own doors: requests of SDKs, and the API."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx

from apps.applications.info import ApplicationInfo
from apps.system.demo.traffic import demo_requests
from tests.stack import Stack

NAME = "Garden & Home"
SEED = 5
PAGES = ("Start", "Search results", "Product", "Cart", "Checkout", "Orders", "Help: how returns and refunds work")
ERRORS = (
    ("java.lang.IllegalStateException: cart is empty", "com.example.shop.Cart.total(Cart.java:42)", True),
    ("java.net.SocketTimeoutException: timeout", "com.example.shop.Api.load(Api.java:118)", False),
    ("java.lang.OutOfMemoryError: bitmap of 4032x3024", "com.example.shop.Photos.decode(Photos.java:77)", True),
)
COMMENTS = ("Delivered the next day.", "Search finds nothing with umlauts", "", "The cart forgot my voucher.")
BULK = 500


def requests(*, users: int, days: int, until_ms: int) -> list[dict[str, Any]]:
    """The traffic of the demo, and in the same sessions views, crashes, ratings and names. Pure."""
    random = Random(SEED)
    found = []
    for request in demo_requests(seed=SEED, users=users, days=days, until_ms=until_ms):
        found.append(request)
        if "begin_session" in request:
            found += _beside(random, request)
    return found


def _beside(random: Random, begin: dict[str, Any]) -> Iterator[dict[str, Any]]:
    metrics = json.loads(begin["metrics"])
    said = {name: begin[name] for name in ("device_id", "hour", "dow", "tz", "sdk_name", "sdk_version")}
    at_ms = begin["timestamp"]
    path = ("Start", *random.choices(PAGES[1:], k=random.randint(0, 4)))
    for place, page in enumerate(path):
        segments = {"name": page, "visit": 1, "segment": metrics["_os"], **({"start": 1} if place == 0 else {})}
        visit = {"key": "[CLY]_view", "count": 1, "segmentation": segments, "timestamp": at_ms + place * 900}
        left = {"key": "[CLY]_view", "count": 1, "dur": random.randint(4, 90), "segmentation": {"name": page}}
        yield {**said, "timestamp": at_ms + place * 900, "events": json.dumps([visit, left])}
    if random.random() < 0.06:
        error, frame, is_fatal = random.choice(ERRORS)
        crash = {
            "_error": f"{error}\n\tat {frame}\n\tat com.example.shop.Main.run(Main.java:12)",
            "_nonfatal": not is_fatal,
            "_ram_current": random.randint(900, 3800),
            "_ram_total": 4096,
            "_bat": random.randint(5, 100),
            "_run": random.randint(5, 600),
            **{name: metrics[name] for name in ("_os", "_os_version", "_device", "_app_version", "_resolution")},
        }
        yield {**said, "timestamp": at_ms + 4000, "crash": json.dumps(crash)}
    if random.random() < 0.05:
        segments = {"rating": random.choice((1, 3, 4, 4, 5, 5, 5)), "app_version": metrics["_app_version"]}
        segments |= {"platform": metrics["_os"], "comment": random.choice(COMMENTS), "email": "ann@example.com"}
        rating = {"key": "[CLY]_star_rating", "count": 1, "segmentation": segments}
        yield {**said, "timestamp": at_ms + 4500, "events": json.dumps([rating])}
    if random.random() < 0.1:
        who = begin["device_id"][:4]
        about = {"name": f"Ann Example {who}", "username": f"ann-{who}", "email": f"ann.{who}@example.com"}
        yield {**said, "timestamp": at_ms + 5000, "user_details": json.dumps({**about, "custom": {"plan": "plus"}})}


def send(stack: Stack, application: ApplicationInfo, *, users: int, days: int) -> None:
    """Returns when everything is counted."""
    until_ms = int(stack.redis().time()[0]) * 1000
    everything = requests(users=users, days=days, until_ms=until_ms)
    for start in range(0, len(everything), BULK):
        bulk = {"app_key": application.key, "requests": everything[start : start + BULK]}
        answer = httpx.post(f"{stack.url}/i/bulk", json=bulk, timeout=60)
        assert answer.status_code == 200, answer.text
    stack.flush()


def manage(stack: Stack, application: ApplicationInfo, other: ApplicationInfo) -> dict[str, str]:
    """What people make: notes, groups, dashboards, reports. Answers values for the parts of addresses."""
    now_ms = int(stack.redis().time()[0]) * 1000
    day_ms = 86_400_000

    def call(path: str, /, **sent: Any) -> Any:
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in sent.items()}
        data = {"api_key": stack.api_key, "app_id": application.id, **texts}
        answer = httpx.post(stack.url + path, data=data, timeout=30)
        assert answer.status_code in (200, 201), (path, answer.text)
        return answer.json()

    for text, days, color in (("Release 2.4", 19, 1), ("Spring campaign begins", 9, 2)):
        note = {"note": text, "ts": now_ms - days * day_ms, "noteType": "public", "color": color, "category": "session"}
        call("/i/notes/save", args=note)
    group = {"name": "Buying", "source_events": ["Add to Cart", "Purchase"], "display_map": {}, "status": True}
    call("/i/event_groups/create", args={"app_id": application.id, **group, "description": "On the way to the till"})
    shown = [{"eventKey": "Purchase", "eventProperty": name} for name in ("count", "sum")]
    call("/i/events/edit_map", event_overview=[*shown, {"eventKey": "Search", "eventProperty": "count"}])
    call("/i/date_presets/create", name="Since the relaunch", range='"14days"', share_with="all-users")
    call("/i/token/create", purpose="Nightly export", ttl="86400")
    board = call("/i/dashboards/create", name="Launch", share_with="all-users")
    analytics, apps = {"widget_type": "analytics"}, [application.id]
    session = {**analytics, "data_type": "session"}
    two = {"apps": [application.id, other.id]}
    for widget in (
        {**session, "apps": apps, "visualization": "number", "metrics": ["t", "u", "n"], "title": "Today"},
        {**session, **two, "visualization": "time-series", "metrics": ["t"]},
        {**analytics, "data_type": "technology", "breakdowns": ["platforms"], "apps": apps, "visualization": "table"},
        {**analytics, "data_type": "geo", "breakdowns": ["countries"], "apps": apps, "visualization": "bar-chart"},
    ):
        call("/i/dashboards/add-widget", dashboard_id=board, widget=widget)
    about = {"title": "Mondays", "report_type": "core", "apps": apps, "emails": ["owner@example.com"]}
    when = {"frequency": "weekly", "timezone": "Europe/Berlin", "day": 1, "hour": 8, "minute": 0}
    call("/i/reports/create", args={**about, **when, "metrics": {"analytics": True, "events": True}})
    call("/i/feedback/widgets/create", status="true", internalName="After an order", popup_header_text="How was it?")
    grace = {"full_name": "Grace Example", "username": "grace", "email": "grace@example.com"}
    call("/i/users/create", args={**grace, "password": "Aa1-xxxxxxx"})
    return parts(stack, application)


def parts(stack: Stack, application: ApplicationInfo) -> dict[str, str]:
    """Values for the parts of addresses, of things that are there."""
    database = stack.database()

    def first(collection: str, query: dict[str, Any] | None = None) -> str:
        found = database[collection].find_one(query or {})
        return str(found["_id"]) if found else ""

    user = database[f"app_users{application.id}"].find_one({"name": {"$exists": True}}) or {}
    group = first(f"app_crashgroups{application.id}", {"_id": {"$ne": "meta"}})
    return {
        "application_id": application.id,
        "uid": str(user.get("uid", "")),
        "group": group,
        "dashboard_id": first("dashboards", {"name": "Launch"}),
        "widget_id": first("feedback_widgets"),
        "report_id": first("reports"),
        "member_id": first("members", {"username": "grace"}),
        "task_id": first("long_tasks"),
        "message_id": first("messages"),
        "database": "countly",
        "collection": f"app_users{application.id}",
    }
