"""A shop that has everything a screen can show: made-up users, and what people make, through the API."""

import json
from typing import Any

import httpx

from apps.applications.info import ApplicationInfo
from tests.stack import Stack

NAME = "Garden & Home"
TEMPLATE, TEMPLATE_ID = "E-commerce", "defaultEcommerce"


def populate(stack: Stack, application: ApplicationInfo, *, users: int, days: int) -> None:
    """Returns when everything is counted."""
    amounts = ("--users", str(users), "--days", str(days))
    stack.manage("populate", "--app", application.key, "--template", TEMPLATE, *amounts)
    stack.flush()


def arrive(stack: Stack, application: ApplicationInfo) -> None:
    """A few people who are here now."""
    now_ms = int(stack.redis().time()[0]) * 1000
    people = (("iOS", "DE", "Home"), ("Android", "US", "Cart"), ("Android", "JP", "Home"), ("iOS", "BR", "Checkout"))
    for number, (system, country, page) in enumerate(people * 10):
        view = {"key": "[CLY]_view", "count": 1, "segmentation": {"name": page, "visit": 1, "segment": system}}
        events = [view, {"key": "Search" if number % 2 else "Add to Cart", "count": 1}]
        at_ms = now_ms - number * number * 900  # fewer and fewer, up to half an hour ago
        query = {"app_key": application.key, "device_id": f"here-{number}", "begin_session": "1", "timestamp": at_ms}
        sent = {"metrics": json.dumps({"_os": system}), "country_code": country, "events": json.dumps(events)}
        assert httpx.get(f"{stack.url}/i", params={**query, **sent}, timeout=30).status_code == 200
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
    keys = stack.database().events.find_one({})["list"]
    first, second = sorted(key for key in keys if not key.startswith("[CLY]_"))[:2]
    group = {"name": "Buying", "source_events": [first, second], "display_map": {}, "status": True}
    call("/i/event_groups/create", args={"app_id": application.id, **group, "description": "On the way to the till"})
    shown = [{"eventKey": first, "eventProperty": name} for name in ("count", "sum")]
    call("/i/events/edit_map", event_overview=[*shown, {"eventKey": second, "eventProperty": "count"}])
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
    user = {"deviceId": "ann", "templateId": TEMPLATE_ID, "environmentName": "Regulars", "userName": "Ann Example"}
    call("/i/populator/environment/save", users=[{**user, "platform": "iOS"}], setEnviromentInformationOnce="true")
    grace = {"full_name": "Grace Example", "username": "grace", "email": "grace@example.com"}
    call("/i/users/create", args={**grace, "password": "Aa1-xxxxxxx"})
    return parts(stack, application)


def parts(stack: Stack, application: ApplicationInfo) -> dict[str, str]:
    """Values for the parts of addresses, of things that are there."""
    database = stack.database()

    def first(collection: str, query: dict[str, Any] | None = None) -> str:
        found = database[collection].find_one(query or {})
        return str(found["_id"]) if found else ""

    user = next(database[f"app_users{application.id}"].find().sort("sc", -1).limit(1), {})
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
        "template_id": TEMPLATE_ID,
        "environment_id": first("populator_environments"),
        "database": "countly",
        "collection": f"app_users{application.id}",
    }
