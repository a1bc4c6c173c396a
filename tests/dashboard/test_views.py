import json
import re
from html import unescape

import pytest
from bson import ObjectId
from django.test import Client

from apps.accounts import permissions
from apps.accounts.members import create_member
from apps.applications.lifecycle import create_application
from apps.applications.lookup import all_applications
from apps.applications.models import Application
from apps.core import clock
from apps.live import versions
from apps.pipeline import flush
from tests.dashboard.conftest import PASSWORD
from tests.dashboard.requests_of import send_session

NOW_MS = 1_741_780_800_000  # 12 March 2025, 12:00 UTC


def overview_of(application) -> str:
    return f"/applications/{application.id}/overview"


def figure_of(page: str, metric: str) -> str:
    found = re.search(rf'data-metric="{metric}".*?<data value="([^"]*)"', page, re.DOTALL)
    assert found, page
    return found[1]


# Where addresses lead ------------------------------------------------------------------------------------------------
def test_home_leads_visitors_to_the_login_and_members_to_the_dashboard(owner, as_member):
    assert as_member(None).get("/").url == "/login"
    assert as_member(owner).get("/").url == "/dashboard"


def test_dashboard_leads_to_the_application_looked_at_last(owner, as_member):
    first, second = (str(create_application(name).pk) for name in ("Alpha", "Beta"))
    browser = as_member(owner)
    assert browser.get("/dashboard").url == f"/applications/{first}"
    assert browser.get(f"/applications/{first}").url == f"/applications/{first}/overview"
    browser.get(f"/applications/{second}/overview")
    assert browser.get("/dashboard").url == f"/applications/{second}"


def test_dashboard_forgets_an_application_that_is_gone(owner, application, as_member):
    browser = as_member(owner)
    session = browser.session
    session["application_id"] = str(ObjectId())
    session.save()
    assert browser.get("/dashboard").url == f"/applications/{application.id}"


# Who may look --------------------------------------------------------------------------------------------------------
def test_overview_is_open_to_those_who_may_read_the_application(application, owner, reader, outsider, as_member):
    statuses = [as_member(member).get(overview_of(application)).status_code for member in (owner, reader, outsider)]
    assert statuses == [200, 200, 404]
    answer = as_member(None).get(overview_of(application) + "?period=7days")
    assert (answer.status_code, answer.url) == (302, f"/login?next={overview_of(application)}%3Fperiod%3D7days")


def test_member_who_may_read_events_only_begins_there(application, as_member):
    permission = permissions.empty()
    permission["r"][application.id] = {"all": False, "allowed": {"events": True}}
    member = create_member(
        full_name="Eva", username="eva", email="eva@example.com", password=PASSWORD, permission=permission
    )
    browser = as_member(member)
    assert browser.get("/dashboard").url == f"/applications/{application.id}"
    assert browser.get(f"/applications/{application.id}").url == f"/applications/{application.id}/events"
    assert browser.get(f"/applications/{application.id}/events").status_code == 200
    assert browser.get(overview_of(application)).status_code == 403


def test_application_opens_for_those_who_may_see_it(application, outsider, as_member):
    assert as_member(outsider).get(f"/applications/{application.id}").status_code == 404
    assert as_member(None).get(f"/applications/{application.id}").url == f"/login?next=/applications/{application.id}"


def test_reader_sees_no_other_application(application, reader, as_member):
    other = create_application("Secret")
    page = as_member(reader).get(overview_of(application)).content.decode()
    assert "Shop &lt;&amp;&gt;" in page
    assert "Secret" not in page
    assert as_member(reader).get(f"/applications/{other.pk}/overview").status_code == 404


@pytest.mark.parametrize("application_id", ["0" * 24, "nonsense", "$ne"])
def test_application_that_does_not_exist_is_not_found(owner, as_member, application_id):
    assert as_member(owner).get(f"/applications/{application_id}/overview").status_code == 404


def test_part_of_a_page_asks_the_browser_to_load_the_whole_page_when_the_session_is_over(application, as_member):
    answer = as_member(None).get(overview_of(application), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"], answer.content) == (401, "true", b"")


# New applications ----------------------------------------------------------------------------------------------------
def test_without_applications_a_global_admin_can_create_one(owner, outsider, as_member):
    assert 'action="/applications/new"' in as_member(owner).get("/dashboard").content.decode()
    assert 'action="/applications/new"' not in as_member(outsider).get("/dashboard").content.decode()


def test_global_admin_creates_an_application(owner, as_member):
    browser = as_member(owner)
    answer = browser.post("/applications/new", {"name": "Web", "type": "web", "timezone": "Asia/Tokyo"})
    created = Application.objects.get()
    assert (created.name, created.type, created.timezone, created.owner) == ("Web", "web", "Asia/Tokyo", str(owner.pk))
    assert answer.url == f"/applications/{created.pk}/overview"


@pytest.mark.parametrize("change", [{"name": " "}, {"timezone": "Mars/Base"}, {"type": "toaster"}])
def test_application_that_cannot_be_made_is_refused(owner, as_member, change):
    wanted = {"name": "Web", "type": "web", "timezone": "UTC", **change}
    answer = as_member(owner).post("/applications/new", wanted)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert all_applications() == []


def test_only_global_admins_create_applications(reader, application, as_member):
    wanted = {"name": "Web", "type": "web", "timezone": "UTC"}
    assert as_member(reader).post("/applications/new", wanted).status_code == 403
    assert as_member(None).post("/applications/new", wanted).url == "/login?next=/applications/new"
    assert [found.id for found in all_applications()] == [application.id]


def test_creating_needs_the_csrf_token(owner):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)
    assert browser.post("/applications/new", {"name": "Web", "type": "web", "timezone": "UTC"}).status_code == 403
    assert all_applications() == []


# The page ------------------------------------------------------------------------------------------------------------
def test_application_without_data_shows_how_to_send_some(application, reader, as_member):
    page = unescape(as_member(reader).get(overview_of(application)).content.decode())
    assert f"curl 'http://testserver/i?app_key={application.key}&device_id=my-first-device&begin_session=1'" in page
    assert "Waiting for the first request" in page


def test_sent_session_is_on_the_page(application, reader, as_member):
    with clock.frozen_at(NOW_MS):
        send_session(application, device_id="one")
        send_session(application, device_id="two")
        flush.flush_all()
        page = as_member(reader).get(overview_of(application) + "?period=7days").content.decode()
    assert [figure_of(page, metric) for metric in ("sessions", "users", "new_users", "time")] == ["2", "2", "2", "0"]
    chart = json.loads(re.search(r'<script id="audience-data" type="application/json">(.*?)</script>', page)[1])
    assert [line["id"] for line in chart["series"]] == ["sessions", "users", "new_users", "time"]
    assert (chart["series"][0]["current"], chart["series"][0]["previous"]) == ([0, 0, 0, 0, 0, 0, 2], [0] * 7)
    assert chart["labels"] == ["6 Mar", "7 Mar", "8 Mar", "9 Mar", "10 Mar", "11 Mar", "12 Mar"]


def test_part_of_the_page_is_the_same_content_without_its_frame(application, reader, as_member):
    browser = as_member(reader)
    versions.advance([application.id])
    part = browser.get(overview_of(application), headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="shown" data-version="1" hidden></div>')
    assert "<html" not in part
    assert part in browser.get(overview_of(application)).content.decode()


def test_address_without_period_shows_the_one_chosen_last(application, reader, as_member):
    with clock.frozen_at(NOW_MS):
        send_session(application, device_id="one")
        flush.flush_all()
        browser = as_member(reader)
        browser.get(overview_of(application) + "?period=hour")
        page = browser.get(overview_of(application)).content.decode()
    assert '<span class="period-name">Today</span>' in page


@pytest.mark.parametrize("query", ["period=%00", "period=%7B%22since%22%3A1%7D", "from=2025-13-01&to=x", "metric=%24"])
def test_nonsense_in_the_address_shows_the_usual_page(application, reader, as_member, query):
    assert as_member(reader).get(f"{overview_of(application)}?{query}").status_code == 200


def test_pages_forbid_everything_foreign_and_inline(application, reader, as_member):
    answer = as_member(reader).get(overview_of(application))
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )
    page = answer.content.decode()
    assert re.findall(r"<[^>]+\sstyle=|<style|\son[a-z]+=|<script(?![^>]*(?:src=|application/json))", page) == []


def test_answers_of_the_api_carry_no_page_headers(as_member, db):
    assert "Content-Security-Policy" not in as_member(None).get("/o/ping").headers
