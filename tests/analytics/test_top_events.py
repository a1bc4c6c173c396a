"""What the daily job stores is what `method=top_events` answers."""

import pytest
from bson import ObjectId

from apps.analytics import top_events
from apps.applications import data
from apps.core import mongo
from apps.plugin_api.jobs import JOBS


@pytest.fixture
def counted(store, application):
    """Eleven days of two events and a reserved one. Today is 12 March 2025."""

    def day(**events):
        return {key: dict(zip(("c", "s", "dur"), numbers, strict=True)) for key, numbers in events.items()}

    months = {
        "2025:3": {"12": day(Buy=(9, 9, 9)), "11": day(Buy=(3, 1.5, 6), Like=(8, 0, 0)), "10": day(Buy=(4, 0, 0))},
        "2025:1": {"20": day(Like=(2, 0, 0), Gone=(1, 0, 0))},
    }
    months["2025:3"]["11"]["[CLY]_push_sent"] = {"c": 100, "s": 0, "dur": 0}
    for month, days in months.items():
        store("events_data", month, "d", prefix="all_key", e="all", s="key", d=days)
    names = {"Buy": True, "Like": True, "Gone": True, "[CLY]_push_sent": True}
    store("events_data", "2025:0", "d", prefix="all_no-segment", e="all", s="no-segment", meta_v2={"key": names})
    store("users", "2025:3", "k", d={"11": {"t": 4, "u": 3, "n": 1}, "10": {"t": 6, "u": 2, "n": 2}})


def test_the_job_stores_both_periods(counted, application, read):
    JOBS.get("api:topEvents").run()
    JOBS.get("api:topEvents").run()

    assert mongo.collection("top_events").count_documents({}) == 2
    head = {"_id": top_events.stored(application.id, "today")["_id"], "app_id": ObjectId(application.id)}
    assert top_events.stored(application.id, "today") == {
        **head,
        "period": "today",
        "ts": 1741775400,
        "data": {
            "Buy": {
                "data": {
                    "count": {"total": 3, "prev-total": 4, "change": "-25%", "trend": "d"},
                    "sum": {"total": 1.5, "prev-total": 0, "change": "NA", "trend": "u"},
                    "duration": {"total": 6, "prev-total": 0, "change": "NA", "trend": "u"},
                }
            },
            "Like": {
                "data": {
                    "count": {"total": 8, "prev-total": 0, "change": "NA", "trend": "u"},
                    "sum": {"total": 0, "prev-total": 0, "change": "NA", "trend": "u"},
                    "duration": {"total": 0, "prev-total": 0, "change": "NA", "trend": "u"},
                }
            },
        },
        "totalCount": 11,
        "totalSum": 1.5,
        "totalDuration": 6,
        "prevTotalCount": 4,
        "prevTotalSum": 0,
        "prevTotalDuration": 0,
        "totalSessionCount": 4,
        "prevSessionCount": 6,
        "totalUsersCount": 3,
        "prevUsersCount": 2,
    }
    month = read("/o", method="top_events", period="30days")
    assert month["data"] == [
        {"name": "Buy", "count": 16, "sum": 10.5, "duration": 15},
        {"name": "Like", "count": 8, "sum": 0, "duration": 0},
    ]
    assert (month["totalCount"], month["prevTotalCount"]) == (24, 3)
    assert read("/o", method="top_events", period="30days", filter="count", limit=1)["data"] == [
        {"name": "Buy", "count": 16, "trend": "u", "change": "NA"}
    ]


def test_one_broken_application_does_not_stop_the_others(counted, application, outsider, monkeypatch, caplog):
    store = top_events.store

    def store_or_fail(found):
        if found.name == "Other":
            raise RuntimeError("broken documents")
        store(found)

    monkeypatch.setattr(top_events, "store", store_or_fail)
    top_events.store_all()

    assert top_events.stored(application.id, "today")["totalCount"] == 11
    assert "cannot be stored" in caplog.text


def test_keys_become_names_of_fields_and_back():
    assert top_events.encoded("$a.b$") == "&#36;a&#46;b$"
    assert top_events.decoded("&#36;a&#46;b$") == "$a.b$"


def test_they_go_with_the_data_of_the_application(counted, application):
    top_events.store(application)

    data.clear(application.id)

    assert top_events.stored(application.id, "today") is None
