import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.accounts import permissions
from apps.shell.printed import visit_of_nobody
from plugins.star_rating import figures, on_dashboards, targeting, widgets
from plugins.star_rating.tests.test_counting import created, rating
from tests.accounts.conftest import person
from tests.traffic import Traffic


def test_screens_show_what_was_said(traffic: Traffic) -> None:
    widget = created(traffic)
    said = {"platform": "Android", "app_version": "1.0", "widget_id": widget}
    traffic.count("d1", events=[rating(5, **said, comment="wonderful"), rating(2, platform="iOS")])
    base = f"/applications/{traffic.application.id}/feedback/ratings"
    client = Client()
    client.force_login(traffic.owner)

    def page(path: str = "", **asked: str) -> str:
        response = client.get(base + path, asked)
        assert response.status_code == 200
        return response.content.decode()

    assert 'data-kind="decimal" title="3.5"' in page()
    assert 'data-kind="decimal" title="5"' in page(platform="Android")
    assert "wonderful" in page("/comments")
    assert "wonderful" not in page("/comments", rating="2")
    assert widget in page("/widgets")
    assert "wonderful" in page(f"/widgets/{widget}")
    assert "How &lt;b&gt;?" in page(f"/widgets/{widget}/edit")
    profile = f"/applications/{traffic.application.id}/users/profiles/{traffic.profile('d1')['uid']}"
    of_user = client.get(profile, {"tab": "feedback"}).content.decode()
    assert ("wonderful" in of_user, "No comment" in of_user, "Find in comments" in of_user) == (True, True, True)
    assert "Find in comments" not in client.get(profile).content.decode()
    exported = client.get(f"{base}/comments", {"export": "csv"})
    assert b"wonderful" in b"".join(exported)
    summary = figures.summary_of(traffic.application, "30days")
    assert (summary["total"], summary["average"]) == (2, 3.5)
    assert summary["rows"][4] == {"rating": 5, "count": 1, "percent": 50.0, "change": "NA"}
    bars = on_dashboards.part({}, [traffic.application], visit_of_nobody(traffic.owner, "30days"))
    assert (bars.labels[4], bars.series) == ("5 stars", [{"title": "Ratings", "values": [0, 1, 0, 0, 1]}])
    number = {"visualization": "number"}
    numbers = on_dashboards.part(number, [traffic.application], visit_of_nobody(traffic.owner, "30days"))
    assert [tile.value for tile in numbers.tiles] == [2, 3.5]
    assert "of 5, from 2 ratings" in client.get(f"/applications/{traffic.application.id}/overview").content.decode()


def test_widgets_are_made_changed_switched_and_removed(traffic: Traffic) -> None:
    base = f"/applications/{traffic.application.id}/feedback/ratings/widgets"
    client = Client()
    client.force_login(traffic.owner)
    form = {"action": "save", "popup_header_text": "Well?", "status": "on", "trigger_bg_color": "#112233",
            "trigger_font_color": "#ffffff", "rating_symbol": "stars", "trigger_position": "bleft", "trigger_size": "s",
            "target_pages": "/a\n/b*", "device_phone": "on"}  # fmt: skip
    empty = client.get(f"{base}/new").content.decode()
    assert ('name="values_0" value=""' in empty, "dict_values" in empty) == (True, False)
    made = client.post(f"{base}/new", form)
    assert made.status_code == 302
    (widget,) = widgets.of_application(traffic.application.id)
    assert (widget["target_pages"], widget["target_devices"], widget["trigger_bg_color"]) == (
        ["/a", "/b*"],
        {"desktop": False, "phone": True, "tablet": False},
        "112233",
    )
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    more = {
        "logo": SimpleUploadedFile("logo.png", picture.getvalue()),
        "ratings_texts": ["a", "b", "c", "d", "e"],
        "link_text": ["Privacy", ""],
        "link": ["https://x.example/p", ""],
        "showPolicy": "onAbandon",
        "property_0": "cc",
        "values_0": "DE, FR",
        "query": '{"custom.plan": "gold"}',
    }
    assert client.post(f"{base}/{widget['_id']}/edit", {**form, **more}).status_code == 302
    (changed,) = widgets.of_application(traffic.application.id)
    assert (changed["ratings_texts"], changed["links"], changed["showPolicy"]) == (
        ["a", "b", "c", "d", "e"],
        [{"text": "Privacy", "link": "https://x.example/p"}],
        "onAbandon",
    )
    assert client.get(f"/star-rating/images/{changed['logo']}").status_code == 200
    query = {"$and": [{"cc": {"$in": ["DE", "FR"]}}, {"custom.plan": "gold"}]}
    assert targeting.query_of(changed["targeting"]) == query
    page = client.get(f"{base}/{widget['_id']}/edit").content.decode()
    assert ('value="DE, FR"' in page, "{&quot;custom.plan&quot;:&quot;gold&quot;}" in page) == (True, True)
    refused = client.post(f"{base}/{widget['_id']}/edit", {**form, "query": '{"$where": "1"}'})
    assert refused.status_code in (302, 400)
    assert targeting.query_of(widgets.of_application(traffic.application.id)[0]["targeting"]) == query

    client.post(f"{base}/{widget['_id']}/edit", {**form, "popup_header_text": "Better?"})
    client.post(f"{base}/{widget['_id']}", {"action": "switch"})
    (changed,) = widgets.of_application(traffic.application.id)
    assert (changed["popup_header_text"], changed["is_active"]) == ("Better?", "false")
    client.post(f"{base}/{widget['_id']}", {"action": "remove"})
    assert widgets.of_application(traffic.application.id) == []


def test_screens_are_for_who_may(traffic: Traffic) -> None:
    widget = created(traffic)
    base = f"/applications/{traffic.application.id}/feedback/ratings"
    readers = {traffic.application.id: {"all": False, "allowed": {"star_rating": True}}}
    core = {traffic.application.id: {"all": False, "allowed": {"core": True}}}
    client = Client()
    client.force_login(person("reader", permission={**permissions.empty(), "r": readers}))
    assert [client.get(base + path).status_code for path in ("", "/comments", f"/widgets/{widget}")] == [200] * 3
    assert client.get(f"{base}/widgets/new").status_code == 403
    assert client.post(f"{base}/widgets/{widget}", {"action": "remove"}).status_code == 403
    client.force_login(person("other", permission={**permissions.empty(), "r": core}))
    assert client.get(base).status_code == 403
    client.force_login(person("outsider", permission=permissions.empty()))
    assert client.get(base).status_code == 404
