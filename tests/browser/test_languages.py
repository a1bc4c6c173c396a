"""Languages as people meet them: German words and numbers, and Arabic from right to left."""

import json

import pytest
from django.utils import translation

from apps.shell import figures
from tests.browser.conftest import PHONE, WIDE, send

pytestmark = [pytest.mark.stack, pytest.mark.browser]

VALUES = [
    0,
    0.04,
    2.6,
    12.34,
    999.99,
    9_999,
    10_000,
    12_345,
    99_950,
    999_499,
    999_999,
    1_260_000,
    9_999_999,
    3e9,
    -12_345,
]
#: Home with charts and a map, a table, a form.
SCREENS = ("overview?period=7days", "technology?period=7days", "manage")


@pytest.fixture(scope="module")
def busy(stack):
    application = stack.create_application("Shop abroad", timezone="UTC", type="mobile")
    metrics = {
        "_os": "Android",
        "_os_version": "14",
        "_device": "Pixel 8",
        "_app_version": "1.0",
        "_resolution": "1080x2400",
    }
    for number, country in enumerate(("DE", "DE", "JP")):
        values = {"begin_session": "1", "metrics": json.dumps(metrics), "country_code": country}
        send(stack, application, f"device-{number}", **values)
    stack.flush()
    return application


def wait_for_charts(page) -> None:
    page.wait_for_function("() => [...document.querySelectorAll('[data-chart]')].every(one => 'drawn' in one.dataset)")


def box(page, selector):
    return page.locator(selector).first.bounding_box()


def assert_figures_agree(page, language):
    """Figures that move are written in the page; they end as the server writes them."""
    for kind in ("count", "total", "percent", "duration"):
        values = VALUES if kind in ("count", "total") else [value for value in VALUES if value >= 0]
        short, exact = page.evaluate(
            "([values, kind]) => [tally.figureText, tally.exactText].map(text => values.map(one => text(one, kind)))",
            [values, kind],
        )
        with translation.override(language):
            assert short == [figures.short(value, kind) for value in values], kind
            if kind != "duration":  # which tips shorten
                assert exact == [figures.exactly(value, kind) for value in values], kind


def test_german_by_the_browsers_wish(stack, visitor_on, busy):
    page = visitor_on(WIDE, locale="de-AT").page
    page.goto(f"{stack.url}/applications/{busy.id}/geo?period=7days")
    wait_for_charts(page)

    assert (page.get_attribute("html", "lang"), page.get_attribute("html", "dir")) == ("de", None)
    assert page.inner_text("h1") == "Länder"
    assert "Deutschland" in page.inner_text("#table")
    assert_figures_agree(page, "de")


def test_right_to_left_on_a_wide_screen(stack, visitor_on, busy):
    page = visitor_on(WIDE, locale="ar").page
    for address in SCREENS:
        page.goto(f"{stack.url}/applications/{busy.id}/{address}")
        wait_for_charts(page)
        sidebar, content = box(page, "#sidebar"), box(page, "#content")

        assert (page.get_attribute("html", "lang"), page.get_attribute("html", "dir")) == ("ar", "rtl")
        assert sidebar["x"] + sidebar["width"] == WIDE["width"], address
        assert content["x"] + content["width"] <= sidebar["x"], address
        assert page.evaluate("document.documentElement.scrollWidth") == WIDE["width"], address
        title = box(page, "h1")
        assert title["x"] + title["width"] > WIDE["width"] / 2, address
    page.goto(f"{stack.url}/applications/{busy.id}/overview?period=7days")
    wait_for_charts(page)
    assert page.evaluate("getComputedStyle(document.querySelector('[data-chart]')).direction") == "ltr"
    assert_figures_agree(page, "ar")


def test_right_to_left_on_a_phone(stack, visitor_on, busy):
    page = visitor_on(PHONE, locale="ar").page
    for address in SCREENS:
        page.goto(f"{stack.url}/applications/{busy.id}/{address}")
        wait_for_charts(page)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], address
    page.click(".topbar [popovertarget=sidebar]")
    sidebar = box(page, "#sidebar")
    assert sidebar["x"] + sidebar["width"] == PHONE["width"]
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    palette = box(page, "#palette")
    assert palette["x"] >= 0
    assert palette["x"] + palette["width"] <= PHONE["width"]
