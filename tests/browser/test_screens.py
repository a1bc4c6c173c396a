"""Every screen of the menu, with and without data, as people meet it: light, dark, on a phone, by keyboard."""

from pathlib import Path

import httpx
import pytest

from tests.browser.conftest import PHONE, WIDE

pytestmark = [pytest.mark.stack, pytest.mark.browser]

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
#: Together they show every kind of panel. Of the others what is around the content is the same.
KINDS_OF_PANELS = ("/overview", "/geo", "/events/all", "/loyalty", "/connect")
#: What WCAG 2.2 AA asks for, as far as a machine can tell.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: All that the theme can change.
COLORS = ["color-contrast", "link-in-text-block"]
FIND = (
    "([place, rules]) => axe.run(place, { runOnly: rules, resultTypes: ['violations'], preload: false })"
    ".then(found => found.violations.filter(one => ['serious', 'critical'].includes(one.impact))"
    ".map(one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')))"
)
ARE_CHARTS_DRAWN = "() => !document.querySelector('[data-chart]:not([data-drawn])')"
WIDTH = "document.documentElement.scrollWidth"
#: Panels with figures that do not say which call of the API gives them.
WITHOUT_CALL = (
    "() => [...document.querySelectorAll('#parts > section')]"
    ".filter(part => part.querySelector('[data-chart], .tiles, .bars, td.number'))"
    ".filter(part => !part.querySelector('[id$=-curl]'))"
    ".map(part => part.id)"
)


@pytest.fixture(scope="module")
def busy(stack):
    """An application with ten days of traffic."""
    application = stack.create_application("Shop with traffic", timezone="UTC", type="mobile")
    now_ms = int(stack.redis().time()[0]) * 1000
    requests = [request for day in range(9, -1, -1) for user in range(12) for request in session_of(user, day, now_ms)]
    answer = httpx.post(f"{stack.url}/i/bulk", json={"app_key": application.key, "requests": requests}, timeout=60)
    assert answer.status_code == 200
    stack.flush()
    return application


def session_of(user: int, day: int, now_ms: int) -> list[dict]:
    """Of one of twelve users, who differ in all that screens break down by."""
    begin_ms = now_ms - day * 86_400_000 - (user + 1) * 3_600_000
    os, country, city = (("Android", "DE", "Berlin"), ("iOS", "US", "Austin"), ("iOS", "JP", "Tokyo"))[user % 3]
    metrics = {
        "_os": os,
        "_os_version": str(14 + user % 2),
        "_device": f"Phone {user % 4}",
        "_app_version": f"1.{day % 3}",
    }
    metrics |= {
        "_resolution": "1080x2400",
        "_carrier": f"Carrier {user % 3}",
        "_locale": f"{'dej'[user % 3]}n_{country}",
    }
    segmentation = {"category": ("Books", "Shoes", "Toys")[day % 3]}
    events = [
        {"key": key, "count": 1, "sum": 9.5, "dur": 30, "segmentation": segmentation, "timestamp": begin_ms + 20_000}
        for key in ("Search", "Purchase")[: 1 + user % 2]
    ]
    events += [
        {"key": "[CLY]_view", "count": 1, "timestamp": begin_ms, "segmentation": {"name": name, "visit": 1, "start": 1}}
        for name in ("Home", "Cart")
    ]
    of_user = {"device_id": f"user-{user}", "hour": user * 2, "dow": day % 7}
    place = {"country_code": country, "city": city}
    return [
        {**of_user, "timestamp": begin_ms, "begin_session": 1, "metrics": metrics, **place},
        {**of_user, "timestamp": begin_ms + 40_000, "session_duration": 40 + user, "events": events},
        {**of_user, "timestamp": begin_ms + 90_000, "end_session": 1, "session_duration": 30},
    ]


@pytest.fixture(scope="module")
def idle(stack):
    """One request a year ago, and nothing since: every screen is there, and has nothing to show."""
    application = stack.create_application("Shop without traffic", timezone="UTC", type="mobile")
    year_ago = int(stack.redis().time()[0]) - 366 * 86_400
    query = {"app_key": application.key, "device_id": "one", "begin_session": "1", "timestamp": str(year_ago)}
    assert httpx.get(f"{stack.url}/i", params=query, timeout=30).status_code == 200
    stack.flush()
    return application


def addresses_of(page, application) -> list[str]:
    """Of every screen that the command palette knows, plugins' too."""
    addresses = page.evaluate(
        "async id => { const answer = await fetch(`/palette?application=${id}`);"
        " const list = new DOMParser().parseFromString(await answer.text(), 'text/html');"
        " return [...list.querySelectorAll('a[id^=palette-screen-]')].map(link => link.getAttribute('href')); }",
        application.id,
    )
    return [address for address in addresses if not address.startswith("/admin/")]


def test_every_screen_is_accessible_in_light_and_dark_and_fits_each_window_with_and_without_data(
    stack, visitor_on, busy, idle
):
    """One load of each screen serves all: the window, the colors and the application change under the open page."""
    page = visitor_on(PHONE).page
    page.add_init_script(path=AXE)
    problems: dict[str, list[str]] = {}
    addresses = addresses_of(page, busy)
    assert len(addresses) > 40
    for address in addresses:
        found = problems[address.replace(busy.id, "{}")] = []
        answer = page.goto(f"{stack.url}{address}?period=30days", wait_until="domcontentloaded")
        assert answer.status == 200, address
        page.wait_for_selector("h1")
        page.wait_for_function(ARE_CHARTS_DRAWN)
        found += [f"{width} px on a phone" for width in [page.evaluate(WIDTH)] if width != PHONE["width"]]
        is_example = address.endswith(KINDS_OF_PANELS)
        place = "html" if is_example else "main"
        found += page.evaluate(FIND, [place, RULES])
        page.emulate_media(color_scheme="dark")
        if is_example:
            page.wait_for_function(ARE_CHARTS_DRAWN)
        found += [f"dark: {one}" for one in page.evaluate(FIND, [place, RULES if is_example else COLORS])]
        page.set_viewport_size(WIDE)
        if is_example:
            page.wait_for_function(ARE_CHARTS_DRAWN)
            found += [f"on a desk: {one}" for one in page.evaluate(FIND, [place, RULES])]
        found += [f"{width} px on a desk" for width in [page.evaluate(WIDTH)] if width != WIDE["width"]]
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)
        if busy.id in address:
            found += [f"no API call beside {part}" for part in page.evaluate(WITHOUT_CALL)]
            found += without_data(page, address.replace(busy.id, idle.id))
    assert {address: found for address, found in problems.items() if found} == {}


def test_a_chart_that_has_not_followed_a_narrow_window_yet_does_not_widen_the_page(stack, visitor_on, busy):
    visitor = visitor_on(PHONE)
    visitor.open(busy)
    visitor.page.wait_for_function(ARE_CHARTS_DRAWN)
    widened = "document.querySelector('[data-chart] canvas').parentElement.style.width = '1133px'"
    assert visitor.page.evaluate(f"{widened}, {WIDTH}") == PHONE["width"]


def without_data(page, address: str) -> list[str]:
    """Swapped into the open page, as the period picker does."""
    page.evaluate(
        "address => htmx.ajax('GET', address,"
        " { source: document.getElementById('screen-body'), target: '#screen', swap: 'morph' })",
        f"{address}?period=7days",
    )
    text = page.inner_text("main")
    found = ["says nothing without data"] if text.count("\n") <= 2 else []
    found += [f"{word} without data" for word in ("NaN", "undefined", "Infinity") if word in text]
    return found + [f"{width} px without data" for width in [page.evaluate(WIDTH)] if width != PHONE["width"]]


def test_dialogs_are_accessible_and_give_the_focus_back(stack, visitor_on, busy):
    page = visitor_on(WIDE).page
    page.add_init_script(path=AXE)
    found: dict[str, list[str]] = {}

    def examine(name: str, dialog: str) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found[f"{name}, {scheme}"] = page.evaluate(FIND, [dialog, RULES])
        page.keyboard.press("Escape")
        page.wait_for_selector(dialog, state="hidden")

    page.goto(f"{stack.url}/applications/{busy.id}/technology?period=30days")
    page.click("#table-menu > summary")
    page.click("#table-menu >> text=Save as …")
    page.wait_for_selector("#save-name:focus")
    examine("save", "#save")
    assert page.evaluate("document.activeElement.parentElement.id") == "table-menu"
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette-list [role=option]")
    page.keyboard.type("lim")
    page.wait_for_selector("#palette-list >> text=Limit")
    examine("palette", "#palette")
    page.keyboard.press("?")
    examine("keys", "#keys")
    page.goto(f"{stack.url}/applications/{busy.id}/overview?period=30days")
    page.click("text=Customize")
    examine("customize", "#customize")
    assert page.evaluate("document.activeElement.innerText") == "Customize"
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_palette_goes_to_a_screen_and_to_an_event(stack, visitor, busy):
    page = visitor.page
    visitor.open(busy)
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette-list [role=option]")
    page.keyboard.type("carr")
    page.keyboard.press("Enter")
    page.wait_for_url("**/technology/carriers")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette-list [role=option]")
    page.keyboard.type("purch")
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/all?event=Purchase")
    assert page.inner_text("#event-chooser .name") == "Purchase"


def test_keys_open_help_go_to_screens_and_leave_typing_alone(stack, visitor, busy):
    page = visitor.page
    visitor.open(busy)
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/technology")
    page.keyboard.press("a")
    page.keyboard.type("gt?")
    assert page.input_value("#switcher [type=search]") == "gt?"
    assert page.is_visible("#keys") is False


def test_table_is_searched_sorted_and_paged_without_a_reload(stack, visitor, busy):
    page = visitor.page
    page.goto(f"{stack.url}/applications/{busy.id}/technology/devices?period=30days")
    page.evaluate("window.isSamePage = true")
    page.click("#table thead a:has-text('Total sessions')")
    page.wait_for_url("**sort=-t")
    counts = [int(text) for text in page.locator("#table tbody td:nth-child(2)").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    page.goto(f"{stack.url}/applications/{busy.id}/users?period=30days")
    page.evaluate("window.isSamePage = true")
    page.click("#table .table-steps >> text=Next")
    page.wait_for_url("**page=2")
    assert page.inner_text("#table .table-foot .muted") == "11–20 of 30"
    assert page.evaluate("window.isSamePage") is True


def test_drawing_over_days_chooses_them(stack, visitor, busy):
    page = visitor.page
    visitor.open(busy, "period=7days")
    page.wait_for_function(ARE_CHARTS_DRAWN)
    box = page.locator("#audience-chart canvas").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 90, steps=4)
    page.mouse.up()
    page.wait_for_url("**from=*&to=*")
    assert "–" in page.inner_text("#periods .period-name")


def test_home_keeps_what_was_chosen(stack, visitor, busy):
    page = visitor.page
    visitor.open(busy)
    listed = "[...document.querySelectorAll('#customize [name=shown]')].map(box => box.value)"
    before = page.evaluate(listed)
    page.click("[data-opens='#customize']")
    page.uncheck("[name=shown][value=technology-dashboard-widget]")
    page.click("li:has([value=events-dashboard-widget]) [data-move='-1']")
    page.click("#customize >> text=Save")
    page.wait_for_selector(".toast.success")
    place = before.index("events-dashboard-widget")
    before[place - 1 : place + 1] = reversed(before[place - 1 : place + 1])
    assert page.evaluate(listed) == before
    order = page.evaluate("[...document.querySelectorAll('#parts > section')].map(part => part.id)")
    assert [part for part in order if not part.startswith("widget-")] == ["audience", "events", "map", "countries"]
    kept = stack.database().members.find_one({"username": stack.username})["homeSettings"][busy.id]
    assert kept["technology-dashboard-widget"]["enabled"] is False


def test_newcomer_fills_a_demo_application_with_one_click(stack, visitor):
    page = visitor.page
    application = stack.create_application("Nothing yet")
    page.goto(f"{stack.url}/applications/{application.id}/overview")
    page.click("text=Fill a demo application")
    page.wait_for_function(
        "() => Number(document.querySelector('.tile[data-metric=sessions] data')?.value) > 0", timeout=60_000
    )
    assert page.inner_text(".switcher .name") == "Demo"


FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const isSeen = one.matches(":focus-visible") && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const isOnScreen = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  return { tag: one.outerHTML.slice(0, 120), isSeen, isOnScreen };
}"""


def test_every_stop_of_the_keyboard_is_seen_and_leads_on_to_the_end_of_the_page(stack, visitor, busy):
    page = visitor.page
    page.goto(f"{stack.url}/applications/{busy.id}/technology?period=30days")
    page.wait_for_function(ARE_CHARTS_DRAWN)
    stops, unseen = [], []
    for _ in range(200):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None or (stops and stop["tag"] == stops[0]):
            break
        stops.append(stop["tag"])
        unseen += [stop["tag"]] if not (stop["isSeen"] and stop["isOnScreen"]) else []
    assert unseen == []
    assert 40 < len(stops) < 200
    for part in ("skip-link", "sort=", "table-scroll"):
        assert any(part in tag for tag in stops), part


def test_a_keyboard_alone_chooses_a_period_sorts_a_table_and_opens_its_menu(stack, visitor, busy):
    page = visitor.page
    page.goto(f"{stack.url}/applications/{busy.id}/technology?period=30days")
    page.focus("#periods > summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#periods') !== null")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('#periods > summary')")
    page.focus("#table thead a:has-text('Total sessions')")
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=-t")
    page.wait_for_selector("#table th[aria-sort=descending]:has-text('Total sessions')")
    assert "Total sessions" in page.evaluate("document.activeElement.textContent")
    page.focus("#table-menu > summary")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    with page.expect_download() as downloading:
        page.keyboard.press("Enter")
    assert downloading.value.suggested_filename.endswith(".csv")


def test_what_is_printed_is_light_and_holds_figures_without_what_only_a_screen_can_do(stack, visitor_on, busy):
    page = visitor_on(color_scheme="dark").page
    for path, part in (("overview", "#audience"), ("technology", "#table")):
        page.goto(f"{stack.url}/applications/{busy.id}/{path}?period=30days")
        page.wait_for_function(ARE_CHARTS_DRAWN)
        page.emulate_media(media="print")
        assert page.is_visible(part)
        for hidden in (".sidebar", ".topbar", ".live", f"{part}-menu"):
            assert not page.locator(hidden).first.is_visible(), (path, hidden)
        light = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
        assert light == "light", path
        page.emulate_media(media="screen")
