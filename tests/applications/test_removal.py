"""What is left of an application after each kind of removal, and that its neighbour keeps everything."""

import asyncio
from datetime import UTC, datetime

import pytest

from apps.accounts.models import Member
from apps.aggregation.records import Record
from apps.applications import data, removal
from apps.applications.lookup import by_id
from apps.core import clock, mongo, schema
from apps.pipeline import backlog, drops, stream
from apps.pipeline.flush import flush_all

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 3, 12, 10, 30, tzinfo=UTC)
JANUARY_1 = 1_735_686_000  # midnight in Berlin
REQUEST = 'begin_session=1&metrics={"_os":"Android","_carrier":"Vodafone"}&events=[{"key":"Buy"}]'


@pytest.fixture(autouse=True)
def _frozen_clock():
    with clock.frozen_at(round(NOW.timestamp() * 1000)):
        yield


def send(application, device_id="d1", at=NOW):
    at_ms = round(at.timestamp() * 1000)
    query = f"app_key={application.key}&device_id={device_id}&timestamp={at_ms}&{REQUEST}".encode()
    record = Record(str(application.pk), application.key, device_id, at_ms, "127.0.0.1", query)
    asyncio.run(stream.accept_many([record]))


def contents():
    """Collection -> its documents, of all that belongs to applications or members."""
    database = mongo.database()
    left_out = {"django_migrations", "ingest_offsets"}
    names = sorted(set(database.list_collection_names()) - left_out)
    return {name: sorted(database[name].find({}), key=repr) for name in names}


def of(application, everything):
    """Collection -> number of documents that mention the application."""
    application_id = str(application.pk)
    counted = {
        name: len(documents) if name.endswith(application_id) else sum(application_id in repr(one) for one in documents)
        for name, documents in everything.items()
    }
    return {name.replace(application_id, ""): number for name, number in counted.items() if number}


def without(application, everything):
    application_id = str(application.pk)
    return {
        name: [one for one in documents if application_id not in repr(one)]
        for name, documents in everything.items()
        if not name.endswith(application_id)
    }


@pytest.fixture
def counted(shop, other, shop_admin, outsider):
    for application in (shop, other):
        send(application)
        send(application, "d2", datetime(2024, 12, 31, 12, 0, tzinfo=UTC))
        mongo.collection("dead_letters").insert_one({"application": str(application.pk), "parts": 0})
    flush_all()
    drops.write({drops.Drop(str(shop.pk), "2025-03-12", "x"): 1})
    return shop


def test_deletion_removes_everything_of_the_application_and_nothing_else(counted, shop, other):
    before = contents()
    assert of(shop, before)["app_users"] == 2
    assert {"users", "carriers", "events", "events_data", "dead_letters", "ingest_drops", "members"} <= set(
        of(shop, before)
    )

    removal.delete_application(shop)

    after = contents()
    assert of(shop, after) == {}
    rights = {member.username: member.permission["_"]["a"] for member in Member.objects.all()}
    assert rights == {"keeper": [], "outsider": [str(other.pk)]}
    kept, left = without(shop, before), without(shop, after)
    del kept["members"], left["members"]
    assert left == kept
    assert not set(schema.application_collections(str(shop.pk))) & set(after)


def test_requests_that_wait_for_a_deleted_application_become_counted_drops(shop):
    send(shop)

    removal.delete_application(shop)
    flush_all()

    assert backlog.waiting(0) == 0
    assert drops.by_reason(str(shop.pk), "2025-03-12") == {"App does not exist": 1}
    assert mongo.collection("users").count_documents({}) == 0
    assert of(shop, contents()) == {"ingest_drops": 1}


def test_clearing_all_keeps_the_application_and_its_list_of_events(counted, shop, other):
    before = contents()
    generation = by_id(str(shop.pk)).generation

    removal.reset_application(shop, "all")

    assert of(shop, contents()) == {"apps": 1, "events": 1, "members": 1}
    assert (by_id(str(shop.pk)).generation > generation, mongo.collection("apps").find_one(shop.pk)["seq"]) == (True, 0)
    assert without(shop, contents()) == without(shop, before)
    assert set(schema.application_collections(str(shop.pk))) <= set(mongo.database().list_collection_names())


def test_reset_leaves_only_the_application(counted, shop):
    removal.reset_application(shop, "reset")

    assert of(shop, contents()) == {"apps": 1, "members": 1}


def test_after_a_reset_the_same_requests_count_as_those_of_new_users(counted, shop):
    removal.reset_application(shop, "all")

    send(shop)
    flush_all()

    users = mongo.collection("users")
    days = [one["d"]["12"] for one in users.find({"a": str(shop.pk), "m": "2025:3"}) if "12" in one.get("d", {})]
    assert [(day["t"], day["n"]) for day in days] == [(1, 1)]
    assert [user["uid"] for user in mongo.collection(f"app_users{shop.pk}").find()] == ["1"]
    zero = [one.get("meta_v2", {}) for one in mongo.collection("carriers").find({"a": str(shop.pk), "m": "2025:0"})]
    assert zero == [{"carriers": {"Vodafone": True}}]


def test_clearing_by_period_keeps_months_and_users(counted, shop, other):
    application_id = str(shop.pk)
    before = contents()
    changes = mongo.collection(f"metric_changes{application_id}")
    changes.delete_many({})
    changes.insert_many([{"_id": 1, "ts": JANUARY_1 - 1}, {"_id": 2, "ts": JANUARY_1}])

    removal.reset_application(shop, "1month")

    months = {name: mongo.collection(name).distinct("m", {"a": application_id}) for name in ("users", "events_data")}
    assert {name: sorted(found) for name, found in months.items()} == {
        "users": ["2025:0", "2025:3"],
        "events_data": ["2025:0", "2025:3"],
    }
    last = {user["did"]: user["ls"] for user in mongo.collection(f"app_users{application_id}").find()}
    assert last == {"d1": round(NOW.timestamp()), "d2": 1}
    assert without(shop, contents()) == without(shop, before)


def test_horizon_begins_with_the_first_month_that_stays():
    assert removal.horizon("Europe/Berlin", 2, NOW) == data.Horizon(
        frozenset({"2025:0", "2025:1", "2025:2", "2025:3"}), JANUARY_1
    )
    assert removal.horizon("Europe/Berlin", 3, NOW).months == {"2024:0", "2024:12", *("2025:" + n for n in "0123")}
    # In the calendar of the application it is April already.
    assert removal.horizon("Asia/Tokyo", 0, datetime(2025, 3, 31, 20, tzinfo=UTC)).months == {"2025:4", "2025:0"}


def test_unknown_period_removes_nothing(counted, shop):
    before = of(shop, contents())

    with pytest.raises(ValueError, match="5month"):
        removal.reset_application(shop, "5month")

    assert of(shop, contents()) == before


def test_removal_that_broke_off_is_repeated(counted, shop, monkeypatch):
    def fail(application_id):
        raise ConnectionError

    monkeypatch.setattr(data.APPLICATION_DATA, "_offers", dict(data.APPLICATION_DATA._offers))
    data.register_application_data("x", delete=fail)
    with pytest.raises(ConnectionError):
        removal.delete_application(shop)
    assert "apps" in of(shop, contents())
    monkeypatch.undo()

    removal.delete_application(shop)

    assert of(shop, contents()) == {}
