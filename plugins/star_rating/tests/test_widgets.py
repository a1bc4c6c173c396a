import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.accounts import permissions
from apps.applications.lifecycle import create_application
from apps.plugin_api.sdk_methods import SDK_METHODS, FetchingUser
from plugins.star_rating import targeting, widget_fields
from plugins.star_rating.tests.test_counting import created, rating
from tests.accounts.conftest import person
from tests.traffic import Traffic


def offered(traffic: Traffic, **profile: object) -> list[dict[str, object]]:
    method = SDK_METHODS.get("feedback")
    assert method is not None
    answer: list[dict[str, object]] = method.answer(traffic.application, {}, FetchingUser("u", "d", profile))["result"]
    return answer


def test_sdks_are_told_of_widgets_that_are_on(traffic: Traffic) -> None:
    widget = created(traffic, target_pages=["/shop*"], hide_sticker="true", trigger_bg_color="123B5B")
    created(traffic, status=False)
    assert offered(traffic) == [
        {
            "_id": widget,
            "type": "rating",
            "name": "How <b>?",
            "showPolicy": "afterPageLoad",
            "appearance": {
                "position": "mleft",
                "bg_color": "123B5B",
                "text_color": "FFFFFF",
                "text": "Feedback",
                "size": "m",
                "hideS": True,
            },
            "tg": ["/shop*"],
            "wv": "1",
        }
    ]


def test_an_edit_changes_what_was_sent_and_resets_what_always_is(traffic: Traffic) -> None:
    widget = created(traffic, target_pages=["/shop"], internalName="before")
    assert traffic.read("/i/feedback/widgets/edit", widget_id=widget, status=False, internalName="after") == {
        "result": "Success"
    }
    found = traffic.read("/o/feedback/widget", widget_id=widget)
    assert {name: found[name] for name in ("internalName", "status", "is_active", "target_pages")} == {
        "internalName": "after",
        "status": False,
        "is_active": "false",
        "target_pages": ["/"],
    }
    assert found["popup_header_text"] == "How &lt;b&gt;?"


def test_widgets_are_switched_and_counted_as_shown(traffic: Traffic) -> None:
    widget = created(traffic)
    assert traffic.read("/i/feedback/widgets/status", data={widget: False}) == {"result": "Success"}
    assert [one["_id"] for one in traffic.read("/o/feedback/widgets", is_active="false")] == [widget]
    assert offered(traffic) == []
    assert traffic.read("/o/feedback/widget", widget_id=widget, nfd=1)["timesShown"] == 1
    assert traffic.read("/o/feedback/widget", widget_id=widget)["timesShown"] == 1
    assert [one["_id"] for one in traffic.read("/o/feedback/multiple-widgets-by-id", widgets=[widget, "x", 7])] == [
        widget
    ]


@pytest.mark.parametrize(
    ("set_up", "is_offered"),
    [
        (None, True),
        ({"user_segmentation": '{"query": {"up.custom.plan": "gold"}, "queryText": ""}', "steps": "[]"}, True),
        ({"user_segmentation": '{"query": {"custom.plan": "free"}}', "steps": "[]"}, False),
        ({"user_segmentation": {"query": {"custom.plan": {"$in": ["gold"]}}}}, True),
        ({"user_segmentation": "", "steps": '[{"type": "did", "event": "Buy"}]'}, False),
        ({"user_segmentation": '{"query": {"$where": "1"}}', "steps": "[]"}, False),
        ({"user_segmentation": "{", "steps": "[]"}, False),
    ],
)
def test_a_widget_is_offered_to_whom_it_is_for(traffic: Traffic, set_up: Any, is_offered: bool) -> None:
    traffic.count("d1", begin_session=1, user_details={"custom": {"plan": "gold"}})
    widget = created(traffic, targeting=set_up)
    assert [one["_id"] for one in offered(traffic, **traffic.profile("d1"))] == ([widget] if is_offered else [])
    assert targeting.to_form(set_up)["is_unknown"] is (not is_offered and "free" not in str(set_up))


@pytest.mark.parametrize(
    ("path", "asked", "answer"),
    [
        ("create", {}, (400, "Invalid params: Missing status argument")),
        (
            "create",
            {"status": True, "trigger_bg_color": "red"},
            (400, "Invalid params: Invalid type for trigger_bg_color"),
        ),
        ("create", {"status": True, "appearance": {"$where": 1}}, (400, "Invalid params: Invalid type for appearance")),
        ("edit", {"widget_id": "x", "status": True}, (400, "Invalid widget id.")),
        ("edit", {"widget_id": "5f8c6f2e1b2c3d4e5f607185", "status": True}, (404, "Widget not found")),
        ("remove", {"widget_id": "x"}, (404, "Widget not found")),
        ("status", {"data": "{"}, (400, "Invalid parameter 'data'")),
        ("status", {"data": {}}, (400, "Nothing to update")),
    ],
)
def test_what_cannot_be_done_is_refused(
    traffic: Traffic, path: str, asked: dict[str, object], answer: tuple[int, str]
) -> None:
    assert traffic.ask(f"/i/feedback/widgets/{path}", **asked) == (answer[0], {"result": answer[1]})


def test_widgets_of_others_are_out_of_reach(traffic: Traffic) -> None:
    widget = created(traffic)
    other = str(create_application("Other").pk)
    rights = {other: {"all": True, "allowed": {}}}
    key = person("neighbour", permission={**permissions.empty(), **dict.fromkeys("crud", rights)}).api_key
    not_found = (404, {"result": "Widget not found"})
    asked = {"api_key": key, "app_id": other, "widget_id": widget}
    assert traffic.ask("/i/feedback/widgets/edit", **asked, status=True, internalName="mine") == not_found
    assert traffic.ask("/i/feedback/widgets/remove", **asked) == not_found
    traffic.ask("/i/feedback/widgets/status", api_key=key, app_id=other, data={widget: False})
    found = traffic.read("/o/feedback/widget", widget_id=widget)
    assert (found["internalName"], found["is_active"]) == ("w", "true")


@pytest.mark.parametrize("with_data", [True, False])
def test_a_widget_goes_with_or_without_its_ratings(traffic: Traffic, with_data: bool) -> None:
    widget = created(traffic)
    traffic.count("d1", events=[rating(5, widget_id=widget), rating(1)])
    assert traffic.read("/i/feedback/widgets/remove", widget_id=widget, with_data=with_data) == {"result": "Success"}
    assert traffic.read("/o/feedback/data")["iTotalRecords"] == (1 if with_data else 2)
    assert traffic.ask("/o/feedback/widget", widget_id=widget) == (404, {"result": "Widget not found."})


def test_the_form_may_be_framed_and_runs_nothing_foreign(traffic: Traffic) -> None:
    links = [{"text": "t", "link": "javascript:alert(1)"}]
    shown = {"comment_enable": True, "rating_symbol": "thumbs", "consent": True, "finalText": "I agree", "links": links}
    widget = created(traffic, popup_header_text="<script>1</script>", **shown)
    anybody = Client()
    asked = {"widget_id": widget, "app_key": traffic.application.key, "device_id": '"><script>2</script>'}
    page = anybody.get("/feedback", asked)
    text = page.content.decode()
    assert page.status_code == 200
    assert "X-Frame-Options" not in page.headers
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert ("<script>1" in text, "<script>2" in text, "javascript:" in text) == (False, False, False)
    assert [f'value="{one}"' in text for one in (1, 2, 5)] == [True, False, True]
    assert ("data-sends" in text, 'name="comment"' in text, 'name="email"' in text) == (True, True, False)
    assert "data-sends" not in anybody.get("/feedback/rating", {**asked, "preview": 1}).content.decode()

    traffic.read("/i/feedback/widgets/status", data={widget: False})
    assert anybody.get("/feedback", asked).status_code == 404
    assert anybody.get("/feedback").status_code == 404
    assert anybody.get("/star-rating/stylesheets/countly-feedback-web.css").status_code == 302


def test_the_form_has_the_colors_of_its_application(traffic: Traffic) -> None:
    widget = created(traffic)
    assert "--main: #0166D6" in Client().get("/feedback", {"widget_id": widget}).content.decode()
    traffic.read("/i/apps/update/plugins", args={"feedback": {"main_color": "#112233"}})
    assert "--main: #112233" in Client().get("/feedback", {"widget_id": widget}).content.decode()


def test_logos_are_drawn_anew(traffic: Traffic) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (1_000, 500), "red").save(drawn, "JPEG")

    def upload(path: str, content: bytes, **more: str) -> tuple[int, object]:
        sent = {"api_key": traffic.owner.api_key, "app_id": traffic.application.id, **more}
        response = traffic.client.post(path, {**sent, "logo": SimpleUploadedFile("x.svg", content)})
        return response.status_code, response.json()["result"]

    assert upload("/i/feedback/logo", drawn.getvalue(), identifier="../my shop") == (200, "myshop.png")
    shown = traffic.client.get("/star-rating/images/myshop.png")
    assert (shown.headers["Content-Type"], Image.open(io.BytesIO(shown.content)).size) == ("image/png", (512, 256))
    assert upload("/i/feedback/upload", b"<svg/>", name="logo") == (400, "feedback.imagef-error")
    assert upload("/i/feedback/upload", b"x" * 1_600_000, name="logo") == (400, "feedback.image-error")
    assert traffic.client.get("/feedback/preview/logo").status_code == 404


def test_fields_that_are_nonsense_become_defaults() -> None:
    sent = {
        "app_id": "a",
        "status": "false",
        "ratings_texts": '["one"]',
        "links": "{}",
        "targeting": "[",
        "target_pages": "[]",
    }
    found = widget_fields.read(sent)
    assert found == {
        "status": False,
        "is_active": "false",
        "hide_sticker": False,
        "target_pages": ["/"],
        "ratings_texts": widget_fields.RATING_TEXTS,
        "links": [],
        "targeting": None,
    }
