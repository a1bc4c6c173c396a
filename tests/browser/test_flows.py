"""The way of a newcomer through the product: from the log-in to a shared dashboard."""

import csv
import io
import json
import re

import httpx
import pytest

from tests.browser.conftest import WIDE, send

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_from_the_log_in_to_figures_a_file_and_a_shared_dashboard(stack, visitor_on):
    visitor = visitor_on()
    page = visitor.page
    page.context.clear_cookies()
    visitor.log_in()

    page.goto(f"{stack.url}/applications/new")
    page.fill("[name=name]", "Way of a newcomer")
    page.click("text=Create application")
    page.wait_for_selector("#welcome")
    key = page.inner_text("#app-key")
    application = next(app for app in stack.database().apps.find() if app["key"] == key)
    application_id = str(application["_id"])
    address = f"{stack.url}/applications/{application_id}"

    event = '[{"key":"First event","count":2,"segmentation":{"color":"red"}}]'
    query = {"app_key": key, "device_id": "one", "begin_session": "1", "metrics": '{"_os":"iOS"}', "events": event}
    assert httpx.get(f"{stack.url}/i", params=query, timeout=30).json() == {"result": "Success"}
    visitor.wait_for_figure("sessions", "1")  # the page that waited shows it by itself
    assert "First event" in page.inner_text("#events")

    page.click("#periods > summary")
    page.click("#periods >> text=Last 7 days")
    page.wait_for_url("**period=7days**")

    page.click("#events-menu > summary")
    with page.expect_download() as downloading:
        page.click("#events-menu >> text=Save as CSV")
    rows = list(csv.reader(io.StringIO(downloading.value.path().read_text("utf-8-sig"))))
    assert rows == [["Event", "Count"], ["First event", "2"]]

    page.click("#audience-menu > summary")
    with page.expect_download() as downloading:
        page.click("#audience-menu >> text=Save as PNG")
    assert downloading.value.path().read_bytes().startswith(b"\x89PNG")
    assert re.fullmatch(r"Audience - Way of a newcomer \(.* – .* 20\d\d\)\.png", downloading.value.suggested_filename)
    call = page.inner_text("#audience-curl") or page.text_content("#audience-curl")
    assert call.startswith(f"curl '{stack.url}/o/analytics/sessions?app_id={application_id}&period=7days")

    page.goto(f"{address}/technology?period=7days")
    page.click("#table-menu > summary")
    page.click("#table-menu >> text=Save as …")
    page.wait_for_selector("#save-name:focus")
    page.fill("#save-name", "Über uns")
    page.uncheck("#save-fields >> text=Total users")
    page.check("#save >> text=JSON")
    with page.expect_download() as downloading:
        page.click("#save >> text='Save'")
    assert downloading.value.suggested_filename == "Über uns.json"
    assert set(json.loads(downloading.value.path().read_text())[0]) == {"name", "t", "n"}
    page.wait_for_selector("#save", state="hidden")

    page.click("#table-menu > summary")
    page.click("#table-menu >> text=New users")
    page.wait_for_url("**columns=t%2Cu**")
    page.wait_for_function("() => document.querySelectorAll('#table thead th').length === 3")
    page.goto(f"{address}/technology?period=7days")  # kept for the next time
    assert page.locator("#table thead th").count() == 3
    page.focus("#table-menu > summary")
    page.keyboard.press("Enter")
    page.focus("#table-menu >> text=Reset the columns")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('#table thead th').length === 4")
    assert "columns" not in page.url

    page.goto(f"{address}/dashboards")
    page.click("text=New dashboard")
    page.fill("#new-board [name=name]", "For everybody")
    page.select_option("#new-board [name=share_with]", "all-users")
    page.click("#new-board [type=submit]")
    page.wait_for_url("**/dashboards/*")
    assert page.inner_text("h1") == "For everybody"
    seen_by_others = httpx.post(f"{stack.url}/o/dashboards/all", data={"api_key": colleague(stack)}, timeout=30).json()
    assert "For everybody" in [board["name"] for board in seen_by_others]


def colleague(stack) -> str:
    """The API key of a member who may read every application."""
    about = {"full_name": "Colleague", "username": "colleague", "email": "colleague@example.com"}
    args = {**about, "password": "Correct-Horse-2", "global_admin": True}
    sent = {"api_key": stack.api_key, "args": args}
    assert httpx.post(f"{stack.url}/i/users/create", json=sent, timeout=30).status_code == 200
    return str(stack.database().members.find_one({"username": "colleague"})["api_key"])


def test_a_feature_is_switched_off_and_on(stack, visitor):
    page = visitor.page
    application = stack.create_application("With features")
    send(stack, application, "one", begin_session="1", metrics='{"_os":"iOS","_density":"@2x"}')
    densities = f"{stack.url}/applications/{application.id}/technology/densities"
    switch = "tr[data-key=density] [role=switch]"
    page.goto(f"{stack.url}/manage/features")
    page.click(switch)
    page.wait_for_selector(f"{switch}[aria-checked=false]")
    try:
        visitor.allows_failed_requests = True
        stack.wait_until(lambda: page.goto(densities).status == 404)
        page.goto(f"{stack.url}/applications/{application.id}/technology")
        assert "Densities" not in page.inner_text("#tabs")
    finally:
        page.goto(f"{stack.url}/manage/features")
        page.click(switch)
        page.wait_for_selector(f"{switch}[aria-checked=true]")
    stack.wait_until(lambda: page.goto(densities).status == 200)
    assert "Densities" in page.inner_text("#tabs")


def test_paper_shows_the_figures_and_nothing_to_press(stack, visitor_on):
    visitor = visitor_on(WIDE, "dark")
    page = visitor.page
    application = stack.create_application("On paper")
    send(stack, application, "one", begin_session="1", metrics='{"_os":"iOS"}')
    visitor.open(application)
    visitor.wait_for_figure("sessions", "1")
    page.wait_for_selector("#audience-chart canvas")
    page.emulate_media(media="print")
    for pressed in (".sidebar", ".panel-menu", ".page-actions", ".live"):
        assert page.locator(f"{pressed}:visible").count() == 0, pressed
    assert page.locator("#audience-chart canvas:visible").count() > 0
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == "rgb(255, 255, 255)"


def test_the_sidebar_shows_where_one_is(stack, visitor_on):
    visitor = visitor_on({"width": 1200, "height": 500})
    page = visitor.page
    visitor.open(stack.create_application("Somewhere"))  # it is marked as the current one in the switcher
    page.goto(f"{stack.url}/health")
    page.wait_for_function(
        "() => { const box = document.querySelector('#sidebar nav [aria-current]').getBoundingClientRect();"
        " return box.top >= 0 && box.bottom <= innerHeight; }"
    )
    assert page.evaluate("scrollY") == 0
