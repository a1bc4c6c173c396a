from typing import Any

import pytest

from apps.accounts import permissions
from apps.aggregation.user_data import USER_DATA
from apps.applications import data
from apps.applications.lifecycle import create_application
from apps.core import mongo
from apps.pipeline.flush import flush_all
from apps.plugin_api import states
from plugins.star_rating import widgets
from tests.accounts.conftest import person
from tests.traffic import Traffic

WIDGET = {"status": True, "type": "rating", "popup_header_text": "How <b>?", "internalName": "w"}


def rating(number: object = 5, **segments: Any) -> dict[str, Any]:
    return {"key": "[CLY]_star_rating", "count": 1, "segmentation": {"rating": number, **segments}}


def created(traffic: Traffic, **fields: Any) -> str:
    status, answer = traffic.ask("/i/feedback/widgets/create", **{**WIDGET, **fields})
    assert status == 201
    return str(answer["result"]).removeprefix("Successfully created ")


def stored(traffic: Traffic) -> list[dict[str, Any]]:
    return list(mongo.collection(f"feedback{traffic.application.id}").find({}, sort=[("ts", 1)]))


def counters(traffic: Traffic, widget: str) -> dict[str, int]:
    found = traffic.read("/o/feedback/widget", widget_id=widget)
    return {name: found[name] for name in ("timesShown", "ratingsCount", "ratingsSum")}


def test_a_rating_is_kept_and_counted(traffic: Traffic) -> None:
    widget = created(traffic)
    said = {"platform": "Android", "app_version": "1.0", "widget_id": widget}
    traffic.count(
        "d1", events=[rating("5", **said, email="a@example.com", comment="good", contactMe=True), rating(2, **said)]
    )

    rows = traffic.read("/o/feedback/data", period="30days", iSortCol_0=0, sSortDir_0="desc")
    assert rows["iTotalRecords"] == 2
    first = {name: value for name, value in rows["aaData"][0].items() if name not in ("_id", "cd", "ts")}
    assert first == {
        "email": "a@example.com",
        "comment": "good",
        "device_id": "d1",
        "uid": traffic.profile()["uid"],
        "contact_me": True,
        "rating": 5,
        **said,
    }
    assert counters(traffic, widget) == {"timesShown": 0, "ratingsCount": 2, "ratingsSum": 7}
    assert traffic.read("/o", method="star", period="30days") == {"Android": ["1:0"]}


def test_what_is_no_rating_is_dropped_and_no_widget_is_made_up(traffic: Traffic) -> None:
    other = create_application("Other")
    foreign = str(widgets.create(str(other.pk), {"status": True, "is_active": "true"})["_id"])
    traffic.count("d1", events=[rating(9), rating("x"), rating(None), {"key": "[CLY]_star_rating", "segmentation": 4}])
    assert stored(traffic) == []

    traffic.count("d1", events=[rating(3, widget_id="5f8c6f2e1b2c3d4e5f607185"), rating(4, widget_id=foreign)])
    assert sorted(one["rating"] for one in stored(traffic)) == [3, 4]
    assert mongo.collection("feedback_widgets").count_documents({}) == 1
    assert mongo.collection("feedback_widgets").find_one({})["ratingsCount"] == 0


def test_the_form_sends_without_checksum_and_nothing_but_a_rating(traffic: Traffic) -> None:
    mongo.collection("apps").update_one({"key": traffic.application.key}, {"$set": {"salt": "secret"}})

    def send(**more: Any) -> tuple[int, Any]:
        texts = {name: value if isinstance(value, str) else str(value) for name, value in more.items()}
        response = traffic.client.post(
            "/i/feedback/input", {"app_key": traffic.application.key, "device_id": "form", **texts}
        )
        return response.status_code, response.json()

    one = '[{"key":"[CLY]_star_rating","count":1,"segmentation":{"rating":3}}]'
    refused = (400, {"result": "invalid_event_request"})
    assert send() == refused
    assert send(events="{broken") == refused
    assert send(events='[{"key":"x"}]') == refused
    assert send(events=one[:-1] + "," + one[1:]) == refused
    assert send(events=one, begin_session=1) == refused
    assert send(events=one, old_device_id="d1") == refused
    assert send(events=one) == (200, {"result": "Success"})
    flush_all()
    assert [(row["device_id"], row["rating"]) for row in stored(traffic)] == [("form", 3)]


def test_ratings_are_searched(traffic: Traffic) -> None:
    traffic.send("d1", events=[rating(5, comment="Great (really)", email="a@example.com")])
    traffic.count("d2", events=[rating(1, comment="slow", platform="iOS")])

    def found(**asked: Any) -> list[int]:
        return sorted(row["rating"] for row in traffic.read("/o/feedback/data", **asked)["aaData"])

    assert found() == [1, 5]
    assert found(sSearch="great (REALLY") == [5]
    assert found(sSearch="example.com") == [5]
    assert found(rating=1) == [1]
    assert found(platform="iOS") == [1]
    assert found(period="yesterday", uid="nobody") == []
    assert found(iDisplayLength=1, iSortCol_0=0, sSortDir_0="asc") == [1]
    assert traffic.ask("/o/feedback/data", iSortCol_0=7) == (400, {"result": "Invalid column index for sorting"})


@pytest.mark.parametrize(
    ("period", "sentence"), [("", "Missing request parameter: period"), ("rubbish", "Bad request parameter: period")]
)
def test_periods_of_star_are_checked(traffic: Traffic, period: str, sentence: str) -> None:
    assert traffic.ask("/o", method="star", period=period) == (400, {"result": sentence})


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("star-rating", False)
    traffic.count("d1", events=[rating()])
    assert stored(traffic) == []
    assert traffic.ask("/o/feedback/data") == (400, {"result": "Invalid path"})
    assert traffic.client.get("/feedback?widget_id=5f8c6f2e1b2c3d4e5f607185").status_code == 404


def test_data_goes_with_the_application_and_with_the_user(traffic: Traffic) -> None:
    widget = created(traffic)
    traffic.send("d1", events=[rating(widget_id=widget)])
    traffic.count("d2", events=[rating(widget_id=widget)])
    application_id, uid = traffic.application.id, traffic.profile("d1")["uid"]
    users = USER_DATA.get("star-rating")
    assert users is not None
    assert [len(list(rows)) for _, rows in users.export(application_id, [uid])] == [1]
    users.delete(application_id, [uid])
    assert [row["device_id"] for row in stored(traffic)] == ["d2"]

    data.clear(application_id)
    assert stored(traffic) == []
    assert counters(traffic, widget) == {"timesShown": 0, "ratingsCount": 0, "ratingsSum": 0}
    data.reset(application_id)
    assert traffic.read("/o/feedback/widgets") == []


def test_ratings_of_two_users_who_become_one_are_his(traffic: Traffic) -> None:
    traffic.send("old", events=[rating(1)])
    traffic.count("old", begin_session=1)
    traffic.count("new", old_device_id="old", events=[rating(2)])
    assert {row["uid"] for row in stored(traffic)} == {traffic.profile("new")["uid"]}


def test_strangers_read_nothing(traffic: Traffic) -> None:
    core = {**permissions.empty(), "r": {traffic.application.id: {"all": False, "allowed": {"core": True}}}}
    key = person("other", permission=core).api_key
    denied = (401, {"result": "User does not have right"})
    assert traffic.ask("/o/feedback/data", api_key=key) == denied
    assert traffic.ask("/o/feedback/widgets", api_key=key) == denied
    assert traffic.ask("/i/feedback/widgets/create", api_key=key, status=True) == denied
    assert traffic.ask("/o", api_key=key, method="star", period="day")[0] == 401
