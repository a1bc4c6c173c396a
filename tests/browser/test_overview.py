"""The overview as a person meets it, with requests coming in through the real door."""

import json
import statistics
import time
from unittest.mock import ANY

import pytest

from tests.browser.conftest import PHONE, WIDE, send

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.alone]

METRICS = '{"_os":"Android","_app_version":"4.12.0"}'


def test_first_request_turns_the_welcome_into_figures(stack, visitor):
    application = stack.create_application("First request")
    visitor.open(application)
    assert "Waiting for the first request" in visitor.page.inner_text("#welcome")
    assert f"app_key={application.key}&device_id=my-first-device" in visitor.page.inner_text("#snippet-curl")
    visitor.page.evaluate("window.isSamePage = true")

    send(stack, application, "device", begin_session="1", metrics=METRICS)

    visitor.wait_for_figure("sessions", "1")
    assert [visitor.figure(metric) for metric in ("sessions", "users", "new_users", "time")] == ["1", "1", "1", "0s"]
    assert visitor.page.evaluate("window.isSamePage") is True


def test_figures_move_within_a_second_of_the_acknowledgement(stack, visitor):
    application = stack.create_application("Moving")
    send(stack, application, "device-0", begin_session="1")
    visitor.open(application)
    visitor.wait_for_figure("sessions", "1")
    seconds = []
    for number in range(2, 7):
        send(stack, application, f"device-{number}", begin_session="1")
        begun = time.monotonic()
        visitor.wait_for_figure("sessions", str(number))
        seconds.append(time.monotonic() - begun)
        visitor.page.wait_for_timeout(1100)  # a pause between two messages is kept: each of these is a first one
    assert statistics.median(seconds) < 1.0, seconds


def test_live_screen_tells_what_arrives_within_a_second(stack, visitor):
    application = stack.create_application("Alive")
    send(stack, application, "device-0", begin_session="1", metrics=METRICS)
    page = visitor.page
    page.goto(f"{stack.url}/applications/{application.id}/live")
    page.wait_for_selector("#live[data-state=live]")
    page.evaluate("window.isSamePage = true")
    view = {"key": "[CLY]_view", "count": 1, "segmentation": {"name": "Start page", "visit": 1}}
    events = json.dumps([{"key": "Purchase", "count": 1}, view])

    send(stack, application, "device-1", begin_session="1", metrics=METRICS, events=events)
    begun = time.monotonic()
    visitor.wait_for_figure("online", "2")
    assert time.monotonic() - begun < 2.0  # a pause of a second between two messages is kept

    rows = page.locator("#latest tbody tr").all_inner_texts()
    assert [row.split("\t")[1:3] for row in rows[:3]] == [
        ["View", "Start page"],
        ["Event", "Purchase"],
        ["Session", ANY],
    ]
    assert "Start page" in page.inner_text("#online-lv")
    assert page.evaluate("window.isSamePage") is True
    page.click("#latest tbody tr:first-child a")
    page.wait_for_url("**/users/profiles/*")


def test_update_leaves_what_the_person_is_doing_alone(stack, visitor):
    application = stack.create_application("Busy person")
    send(stack, application, "one", begin_session="1", metrics=METRICS)
    visitor.open(application)
    visitor.wait_for_figure("sessions", "1")
    page = visitor.page
    page.click("#audience-table > summary")
    page.click("#periods > summary")
    page.fill("[name=from]", "2025-03-01")
    page.evaluate("window.scrollTo(0, 40)")

    send(stack, application, "two", begin_session="1", metrics=METRICS)

    visitor.wait_for_figure("sessions", "2")
    kept = page.evaluate(
        "() => [document.activeElement.name, document.activeElement.value, scrollY,"
        " document.getElementById('periods').open, document.getElementById('audience-table').open]"
    )
    assert kept == ["from", "2025-03-01", 40, True, True]


def test_tooltip_stays_during_an_update(stack, visitor):
    application = stack.create_application("Hovering")
    send(stack, application, "one", begin_session="1")
    visitor.open(application)
    page = visitor.page
    box = page.locator("#audience-chart canvas").bounding_box()
    for x in (10, 5):  # the last day of the period is today
        page.mouse.move(box["x"] + box["width"] - 14 - x, box["y"] + 100)
    page.wait_for_selector(".chart-tip")
    assert page.inner_text(".chart-tip span:nth-of-type(2)") == "1"

    send(stack, application, "two", begin_session="1")

    page.wait_for_function("() => document.querySelector('.chart-tip span:nth-of-type(2)')?.textContent === '2'")


def test_chart_is_drawn_and_the_tiles_choose_its_figure(stack, visitor):
    application = stack.create_application("Charted")
    send(stack, application, "one", begin_session="1", metrics=METRICS)
    visitor.open(application)
    page = visitor.page
    drawn = (
        "() => { const canvas = document.querySelector('#audience-chart canvas'); if (!canvas) return 0;"
        " const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;"
        " return new Set(new Uint32Array(pixels.buffer)).size; }"
    )
    page.wait_for_function(f"() => ({drawn})() > 10")
    page.click(".tile[data-metric=users]")
    assert page.url.endswith("?period=7days&metric=users")
    assert page.get_attribute(".tile[data-metric=users]", "aria-current") == "true"
    page.reload()
    assert page.get_attribute(".tile[data-metric=users]", "aria-current") == "true"


def test_period_changes_without_a_reload_and_back_leads_back(stack, visitor):
    application = stack.create_application("Periods")
    send(stack, application, "one", begin_session="1", metrics=METRICS)
    visitor.open(application)
    page = visitor.page
    page.evaluate("window.isSamePage = true")
    page.click("#periods > summary")
    page.click("text=Yesterday")
    visitor.wait_for_figure("sessions", "0")
    assert page.evaluate("window.isSamePage") is True
    assert page.url.endswith("?period=yesterday")
    assert page.inner_text("#periods .period-name") == "Yesterday"
    page.go_back()
    visitor.wait_for_figure("sessions", "1")
    assert page.inner_text("#periods .period-name") == "Last 7 days"


def test_range_of_ones_own(stack, visitor):
    application = stack.create_application("Range")
    send(stack, application, "one", begin_session="1")
    visitor.open(application)
    page = visitor.page
    page.click("#periods > summary")
    page.fill("[name=from]", "2025-03-01")
    page.fill("[name=to]", "2025-03-12")
    page.click("text=Show range")
    visitor.wait_for_figure("sessions", "0")
    assert page.inner_text("#periods .period-name") == "1 Mar 2025 – 12 Mar 2025"
    assert "from=2025-03-01&to=2025-03-12" in page.url
    assert page.inner_text(".page-head time") == "1 Mar – 12 Mar 2025"


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_page_fits_its_window_in_both_color_schemes(stack, visitor_on, viewport, color_scheme):
    application = stack.create_application("A rather long name of an application, as they happen to be")
    events = '[{"key":"%s","count":3,"sum":4.5,"dur":60}]' % ("a_very_long_event_name_" * 5)
    send(stack, application, "one", begin_session="1", metrics=METRICS, events=events)
    visitor = visitor_on(viewport, color_scheme)
    visitor.open(application)
    visitor.wait_for_figure("sessions", "1")
    page = visitor.page
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    lightness = page.evaluate("Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])")
    assert (lightness > 128) is (color_scheme == "light")


def test_chosen_colors_are_kept(stack, visitor):
    application = stack.create_application("Colors")
    visitor.open(application)
    page = visitor.page
    page.click(".account > summary")
    page.click("text=Dark")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 16, 20)"


def test_phone_reaches_everything_through_the_menu(stack, visitor_on):
    applications = [stack.create_application(f"Menu {name}") for name in ("alpha", "omega")]
    visitor = visitor_on(PHONE)
    visitor.page.context.clear_cookies()
    visitor.log_in()  # this session ends here
    visitor.open(applications[0])
    page = visitor.page
    assert page.is_visible("#sidebar") is False
    page.click("[popovertarget=sidebar]")
    page.click(".switcher > summary")
    page.fill(".switcher [type=search]", "menu om")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/applications/{applications[1].id}/overview")
    page.click("[popovertarget=sidebar]")
    page.click(".account > summary")
    page.click("text=Log out")
    page.wait_for_url("**/login")


def test_global_admin_creates_an_application(stack, visitor):
    page = visitor.page
    page.goto(f"{stack.url}/applications/new")
    page.fill("[name=name]", "Made in the browser")
    page.select_option("[name=timezone]", "Asia/Tokyo")
    page.click("text=Create application")
    page.wait_for_selector("#welcome")
    assert page.inner_text(".switcher .name") == "Made in the browser"
