"""Exports and imports of users, lists of them, one user's history, loyalty: and that nothing crosses applications."""

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from bson import ObjectId

from apps.accounts import permissions
from apps.aggregation import user_data
from apps.aggregation.user_data import USER_DATA, UserData
from apps.applications import removal
from apps.core import client_queries, clock, mongo
from apps.profiles import exports, listing
from apps.profiles import profiles as user_profiles
from apps.tasks.kinds import Cancelled
from tests.accounts.calls import NO_RIGHT, Caller
from tests.accounts.conftest import person
from tests.profiles.conftest import AT_S, core_rows, everything_of, profiles

pytestmark = pytest.mark.django_db


def export(caller, application, **query):
    return caller.post("/i/app_users/export", app_id=str(application.pk), query=json.dumps(query))


def download(caller, application, name):
    answer = caller.client.get(f"/o/app_users/download/{name}", {"app_id": str(application.pk), **caller.credentials})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, json.loads(content)


def test_an_export_has_all_that_is_stored_of_the_user_and_nothing_of_others(counted, shop_admin, reader):
    status, answer = export(shop_admin, counted, did="d1")

    user = profiles(counted)["d1"]
    name = f"appUser_{counted.pk}_{user['uid']}.json"
    assert (status, answer) == (200, {"result": name})
    assert user["appUserExport"] == name
    status, rows = download(reader, counted, name)
    assert {row["uid"] for row in rows} == {user["uid"]}
    rows = core_rows(rows)
    changes = everything_of(counted)["metric_changes"]
    assert [(row["_col"], row["_id"], row["uid"]) for row in rows] == [
        (f"app_users{counted.pk}", user["_id"], user["uid"]),
        (f"metric_changes{counted.pk}", str(changes[0]["_id"]), user["uid"]),
    ]
    assert (rows[0]["name"], rows[0]["sc"], "req_hashes" in rows[0]) == ("N d1", 2, False)
    assert rows[1]["p"] == {"o": "Unknown", "n": "iOS"} or rows[1]["p"] == {"n": "iOS"}


def test_exports_of_several_users_have_a_name_of_their_own(counted, shop_admin):
    name = export(shop_admin, counted, sc={"$gt": 0})[1]["result"]

    assert name.startswith(f"appUser_{counted.pk}_HASH_")
    rows = download(shop_admin, counted, name)[1]
    assert sorted(row["did"] for row in core_rows(rows) if "did" in row) == ["d1", "d2", "d3"]
    assert export(shop_admin, counted, sc={"$gt": 0})[1]["result"] == name
    assert len(download(shop_admin, counted, name)[1]) == len(rows)


def test_nobody_reaches_exports_of_another_application(counted, other, shop_admin, outsider, admin, reader):
    name = export(shop_admin, counted, did="d1")[1]["result"]
    belongs_elsewhere = (403, {"result": "Not allowed (export belongs to a different app)"})

    assert download(outsider, counted, name) == (401, NO_RIGHT[1])
    assert download(outsider, other, name) == belongs_elsewhere
    path = f"/i/app_users/deleteExport/{name}"
    assert outsider.post(path, app_id=str(other.pk)) == belongs_elsewhere
    assert reader.post(path, app_id=str(counted.pk)) == NO_RIGHT
    assert len(core_rows(download(shop_admin, counted, name)[1])) == 2
    assert admin.post(path, app_id=str(other.pk)) == (200, {"result": "Export deleted"})
    assert download(shop_admin, counted, name) == (200, [])


def test_names_that_are_no_names(stored, shop_admin):
    assert download(shop_admin, stored, "") == (400, {"result": "Missing filename"})
    assert download(shop_admin, stored, "a!b") == (400, {"result": "Invalid filename"})
    assert download(shop_admin, stored, "bad.json") == (200, [])
    assert export(shop_admin, stored, did="nobody") == (400, {"result": "Query didn't mach any user"})
    assert export(shop_admin, stored, **{"$where": "1"})[0] == 400


def test_exports_go_with_the_data_of_the_application(counted, other, shop_admin, admin):
    export(shop_admin, counted, did="d1")
    name = export(admin, other, did="d1")[1]["result"]

    removal.reset_application(counted, removal.ALL)

    assert mongo.collection("exports").distinct("_eid") == [name.removesuffix(".json")]


def make_export(application, **more):
    return exports.make(str(application.pk), {}, most=10, **more)[0]


def names_in(export_id):
    return sorted(row["name"] for row in exports.rows(export_id))


def test_two_exports_of_the_same_users_leave_each_other_alone(stored, monkeypatch):
    monkeypatch.setattr(exports, "USERS_PER_STEP", 1)
    monkeypatch.setattr(exports.storage, "ROWS_PER_WRITE", 1)
    everybody = ["N d1", "N d2", "N d3"]
    make_export(stored)
    seen = []

    def export_as_well(share):
        if share > 0.5:
            seen.append(names_in(make_export(stored)))

    export_id = make_export(stored, progress=export_as_well)

    assert (seen, names_in(export_id)) == ([everybody], everybody)
    assert mongo.collection("exports").count_documents({"_eid": export_id, "name": {"$exists": True}}) == 3


def test_an_export_that_breaks_off_leaves_the_one_before(stored):
    export_id = make_export(stored)

    def break_off(share):
        raise Cancelled

    with pytest.raises(Cancelled):
        make_export(stored, progress=break_off)
    assert names_in(export_id) == ["N d1", "N d2", "N d3"]


def test_rows_that_are_stored_without_a_run_are_read_and_replaced(stored):
    export_id = exports.export_id_of(str(stored.pk), ["1", "2", "3"])
    killed = ObjectId.from_datetime(clock.now() - timedelta(days=2))
    collection = mongo.collection("exports")
    collection.insert_many([{"_eid": export_id, "uid": "1", "name": "old"}])
    collection.insert_many([{"_eid": export_id, "uid": "1", "name": "half", "_run": killed}])

    assert names_in(export_id) == ["old"]
    make_export(stored)
    assert names_in(export_id) == ["N d1", "N d2", "N d3"]
    assert collection.count_documents({"_eid": export_id}) == 4  # with the one that says which run is shown


def test_a_user_who_is_deleted_before_his_rows_are_written_is_in_no_export(stored, monkeypatch):
    write = exports.storage.write_run

    def delete_and_write(export_id, run, rows):
        found = list(rows)  # read before the deletion, written after it
        user_profiles.delete(str(stored.pk), {"uid": "2"}, several=False)
        return write(export_id, run, found)

    monkeypatch.setattr(exports.storage, "write_run", delete_and_write)
    with pytest.raises(exports.UsersDeleted):
        make_export(stored)
    assert mongo.collection("exports").count_documents({}) == 0


def test_an_export_waits_for_a_deletion_that_has_begun(stored, monkeypatch):
    """The deletion has looked for exports already, and takes the profile last."""
    write, began, written = exports.storage.write_run, threading.Event(), threading.Event()

    def delete_slowly(application_id, uids):
        began.set()
        written.wait(10)

    def write_meanwhile(export_id, run, rows):
        deletion.start()
        began.wait(10)
        number = write(export_id, run, rows)
        written.set()
        return number

    deletion = threading.Thread(
        target=user_profiles.delete, args=(str(stored.pk), {"uid": "2"}), kwargs={"several": False}
    )
    monkeypatch.setattr(exports.storage, "write_run", write_meanwhile)
    USER_DATA.register("slow", UserData("slow", delete=delete_slowly), plugin="tests")
    try:
        with pytest.raises(exports.UsersDeleted):
            make_export(stored)
    finally:
        deletion.join()
        USER_DATA.withdraw("tests")
    assert mongo.collection("exports").count_documents({}) == 0


def test_a_user_who_became_one_with_another_meanwhile_does_not_stop_an_export(stored):
    def merge(share):
        mongo.collection(f"app_users{stored.pk}").delete_one({"_id": "id2"})
        mongo.collection(f"app_user_aliases{stored.pk}").insert_one({"_id": "id2", "into": "id1"})

    assert names_in(make_export(stored, progress=merge)) == ["N d1", "N d3"]


def test_an_export_can_be_imported_elsewhere(counted, other, shop_admin, admin):
    rows = download(shop_admin, counted, export(shop_admin, counted, did={"$in": ["d1", "d2"]})[1]["result"])[1]
    admin.post("/i/app_users/delete", app_id=str(other.pk), query='{"did":{"$in":["d1","d3"]}}', force="true")

    answer = admin.post("/i/app_users/import", app_id=str(other.pk), data=json.dumps(rows))

    skipped = len(rows) - len(core_rows(rows))
    assert answer == (200, {"result": {"imported": 1, "present": 1, "skipped": skipped}})
    before, after = profiles(counted)["d1"], profiles(other)["d1"]
    left_out = {"_id", "uid", "req_hashes", "appUserExport"}
    assert {name: value for name, value in after.items() if name not in left_out} == {
        name: value for name, value in before.items() if name not in left_out
    }
    assert after["uid"] not in {"1", "2", "3"}
    changes = everything_of(other)["metric_changes"]
    assert [(change["uid"], change["p"]["n"]) for change in changes] == [(after["uid"], "iOS")]


@pytest.mark.parametrize(
    "data",
    [
        "{",
        "5",
        [1],
        [{"did": "x"}],
        [{"_col": "app_users"}],
        [{"_col": "app_users", "did": "x", "ls": "y"}],
        [{"_col": "app_users", "did": "x", "custom": {"$a": 1}}],
        [{"_col": "app_users", "did": "x", "lu": "never"}],
        [{"_col": "app_users", "did": "x", "lu": "9999-12-31T23:59:59-14:00"}],
        [{"_col": "metric_changes", "uid": "1"}],
        [{"_col": "metric_changes", "uid": "1", "ts": 1, "$p": {}}],
    ],
)
def test_imports_that_are_none_change_nothing(shop, shop_admin, data):
    sent = data if isinstance(data, str) else json.dumps(data)
    assert shop_admin.post("/i/app_users/import", app_id=str(shop.pk), data=sent)[0] == 400
    assert profiles(shop) == {}


def test_users_are_found_by_what_people_know_of_them(stored, reader, outsider):
    def found(**parameters):
        wanted = {"method": "user_details", "app_id": str(stored.pk), "iSortCol_0": "1", "sSortDir_0": "asc"}
        status, answer = reader.get("/o", **{**wanted, **parameters})
        assert status == 200
        return [row["did"] for row in answer["aaData"]], answer["iTotalDisplayRecords"], answer["iTotalRecords"]

    assert found() == (["d1", "d2", "d3"], 3, 3)
    assert found(sSortDir_0="desc", iDisplayStart="1", iDisplayLength="1") == (["d2"], 3, 3)
    assert found(sSearch="n D2") == (["d2"], 1, 3)
    assert found(sSearch=profiles(stored)["d3"]["uid"])[0] == ["d3"]
    assert found(sSearch=".*")[0] == []
    assert found(query='{"sc":{"$gte":2}}') == (["d1"], 1, 3)
    assert found(query='{"sc":{"$gte":2}}', sSearch="d2")[0] == []
    refused = reader.get("/o", method="user_details", app_id=str(stored.pk), query='{"$where":"1"}')
    assert refused == (400, {"result": "The operator $where is not allowed here"})
    assert outsider.get("/o", method="user_details", app_id=str(stored.pk)) == NO_RIGHT


def test_a_query_that_the_database_refuses_is_no_error_of_the_server(stored, shop_admin, admin, monkeypatch):
    monkeypatch.setattr(client_queries, "TYPE_NUMBERS", {0})  # which nothing has
    app_id = str(stored.pk)
    mongo.collection("systemlogs").insert_one({"a": "login", "u": "x"})
    mongo.collection("long_tasks").insert_one({"_id": "t", "app_id": app_id, "status": "completed"})
    for caller, path, asked in (
        (shop_admin, "/o", {"method": "user_details", "query": "sc"}),
        (admin, "/o", {"method": "all_apps", "filter": "name"}),
        (admin, "/o", {"method": "systemlogs", "query": "u"}),
        (shop_admin, "/o/app_users/loyalty", {"query": "sc"}),
        (shop_admin, "/o/tasks/all", {"query": "status"}),
        (shop_admin, "/o/tasks/count", {"query": "status"}),
        (shop_admin, "/o/tasks/list", {"query": "status"}),
        (shop_admin, "/i/app_users/export", {"query": "sc"}),
        (shop_admin, "/i/app_users/delete", {"query": "sc"}),
        (shop_admin, "/i/app_users/update", {"query": "sc", "update": '{"$set":{"name":"x"}}'}),
    ):
        condition = {name: json.dumps({asked[name]: {"$type": 0}}) for name in ("query", "filter") if name in asked}
        status, answer = caller.post(path, app_id=app_id, **{**asked, **condition})
        assert (status, "Invalid numerical type code" in answer["result"]) == (400, True), path


def test_one_user_and_what_happened_to_him(counted, reader):
    ask = {"method": "user_details", "app_id": str(counted.pk)}

    status, user = reader.get("/o", **ask, did="d1")
    assert (status, user["did"], user["name"], "req_hashes" in user) == (200, "d1", "N d1", False)
    assert reader.get("/o", **ask, uid=user["uid"])[1] == user
    history = reader.get("/o", **ask, uid=user["uid"], calculate="history")[1]
    assert {moment["ts"] for moment in history} == {AT_S, AT_S - 100}
    assert [(moment["kind"], moment["ts"]) for moment in history] == [
        ("last_session", AT_S),
        ("last_activity", AT_S),
        ("metric_changes", AT_S),
        ("first_activity", AT_S - 100),
        ("first_session", AT_S - 100),
    ]
    assert history[2]["p"]["n"] == "iOS"
    assert reader.get("/o", **ask, uid="nobody") == (404, {"result": "User not found"})


@pytest.fixture
def happened(stored):
    """Five times, of two kinds that only readers of a feature see; which of them are stored first says nothing."""
    user, names = listing.by_uid(str(stored.pk), "1"), ("happened", "also_happened")
    for name in names:
        rows = [{"uid": "1", "ts": AT_S - number, "n": number} for number in (3, 4, 0, 2, 1)]
        mongo.collection(f"{name}{stored.pk}").insert_many(rows)
    of_collection = user_data.of_collection("happenings", names[0], feature="happenings")
    USER_DATA.register(names[0], of_collection, plugin="tests")
    also = user_data.of_collection("more", names[1], feature="happenings")
    USER_DATA.register(names[1], replace(also, newest=None), plugin="tests")
    yield user
    USER_DATA.withdraw("tests")


def test_a_timeline_has_the_newest_of_each_kind(stored, happened, monkeypatch):
    monkeypatch.setattr(listing, "MOST_OF_A_KIND", 2)

    found = listing.timeline(str(stored.pk), happened, lambda feature: True)

    for name in ("happened", "also_happened"):
        assert [moment.details["n"] for moment in found if moment.kind == name] == [0, 1]


def test_a_timeline_has_only_what_its_reader_may_read(client, stored, happened, reader, shop_admin):
    rights = {"core": True, "happenings": True}
    both = person("both", permission={**permissions.empty(), "r": {str(stored.pk): {"all": False, "allowed": rights}}})
    asked = {"method": "user_details", "app_id": str(stored.pk), "uid": "1", "calculate": "history"}

    def kinds(caller):
        return {moment["kind"] for moment in caller.get("/o", **asked)[1]}

    assert {"happened", "also_happened"} <= kinds(Caller(client, both))
    assert {"happened", "also_happened"} <= kinds(shop_admin)
    assert kinds(reader) == {"last_activity"}


def test_loyalty_groups_users_by_sessions(shop, reader, outsider):
    collection = mongo.collection(f"app_users{shop.pk}")
    sessions = [0, 1, 1, 2, 5, 6, 19, 49, 99, 100, 499, 500, 10**6]
    collection.insert_many(
        [{"_id": str(n), "did": f"d{n}", "sc": sc, "ls": AT_S - n * 86_400} for n, sc in enumerate(sessions)]
    )

    answer = reader.get("/o/app_users/loyalty", app_id=str(shop.pk))[1]

    assert [(row["_id"], row["count"], row["index"]) for row in answer["all"]] == [
        *(("1", 2, 0), ("2", 1, 1), ("3-5", 1, 2), ("6-9", 1, 3), ("10-19", 1, 4), ("20-49", 1, 5), ("50-99", 1, 6)),
        *(("100-499", 2, 7), ("500+", 2, 8)),
    ]
    assert [row["_id"] for row in answer["7days"]] == ["1", "2", "3-5", "6-9", "10-19", "20-49"]
    assert len(answer["30days"]) == 9
    queried = reader.get("/o/app_users/loyalty", app_id=str(shop.pk), query='{"did":"d3"}')[1]
    assert queried == {name: [{"_id": "2", "count": 1, "index": 1}] for name in ("all", "7days", "30days")}
    assert reader.get("/o/app_users/loyalty", app_id=str(shop.pk), query='{"$where":"1"}')[0] == 400
    assert outsider.get("/o/app_users/loyalty", app_id=str(shop.pk)) == NO_RIGHT


def test_a_search_is_bounded(stored):
    wanted = listing.Search(text="x" * 10_000, sort="password", start=-5, length=10**9)
    assert listing.search(str(stored.pk), wanted) == ([], 0, 3)
