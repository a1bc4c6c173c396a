"""Pictures of every screen, to look at: `python -m tests.browser.pictures FOLDER [--only WORD] [--data FOLDER]`.

Each screen that the product serves, with the data of `showcase`, in light, dark and on a phone; `index.html` shows them
side by side. `--only` takes screens whose name or address holds the word. `--data` keeps the data for the next time.
`--chosen` takes only the few that the README shows: `make pictures` puts them into docs/pictures.
"""

import argparse
import html
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright

from tests.browser import showcase
from tests.browser.conftest import CHROMIUM, PHONE, WIDE, Visitor
from tests.stack import Stack

USERS, DAYS = 300, 60
#: As people find them: with the last month, and some with more to say.
QUERY = "?period=30days"
MORE = {"technology": "?period=30days&platform=Android", "event": "?period=30days&metric=sum"}
VARIANTS: dict[str, tuple[dict[str, int], str]] = {
    "light": (WIDE, "light"),
    "dark": (WIDE, "dark"),
    "phone": (PHONE, "light"),
}
TALLEST = 4000
#: screen -> the colors of the README's picture of it
CHOSEN = {"overview": "light", "live": "dark", "event": "light", "geo": "dark", "dashboard": "light"}
CHOSEN_SIZE = {"width": 1440, "height": 900}
COLORS = 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="screens whose name or address holds this")
    parser.add_argument("--data", type=Path, help="folder of the product's data, kept for the next time")
    parser.add_argument("--chosen", action="store_true", help="the few of the README instead of all")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        stack = Stack(arguments.data or Path(temporary))
        try:
            stack.start()
            take_all(stack, arguments)
        finally:
            stack.stop()


def take_all(stack: Stack, arguments: argparse.Namespace) -> None:
    values = furnish(stack)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        visitor = Visitor(browser.new_context(reduced_motion="reduce", viewport=WIDE).new_page(), stack)
        visitor.listen()
        visitor.log_in()
        names = []
        for name, address in addresses(values):
            if arguments.chosen:
                if name in CHOSEN:
                    visitor.page.set_viewport_size(CHOSEN_SIZE)
                    open_screen(visitor.page, stack.url + address, CHOSEN[name])
                    save_small(visitor.page.screenshot(), arguments.folder / f"{name}.png")
                continue
            if arguments.only not in f"{name} {address}":
                continue
            for variant, picture in pictures(visitor.page, stack.url + address):
                (arguments.folder / f"{name}-{variant}.png").write_bytes(picture)
            names.append(name)
            print(f"{name}: {address}", *visitor.complaints, sep="\n  ")
            visitor.complaints.clear()
        browser.close()
    if names:
        (arguments.folder / "index.html").write_text(index(names))


def furnish(stack: Stack) -> dict[str, str]:
    """Makes the data, unless it is there from the last time."""
    from apps.applications.info import from_document

    known = stack.database().apps.find_one({"name": showcase.NAME})
    if known is not None:
        showcase.arrive(stack, from_document(known))
        return showcase.parts(stack, from_document(known))
    application = stack.create_application(showcase.NAME, timezone="Europe/Berlin", country="DE", type="mobile")
    other = stack.create_application("Flower letters", timezone="Europe/Berlin", country="DE", type="web")
    showcase.populate(stack, application, users=USERS, days=DAYS)
    showcase.populate(stack, other, users=40, days=DAYS)
    showcase.arrive(stack, application)
    return showcase.manage(stack, application, other)


def addresses(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Of every screen: a name for its file, and where it is. Without what is not there to be shown."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "countly_site.settings")
    django.setup()
    from tests.security.screens import served  # settings must be named first

    found: dict[str, tuple[str, str]] = {}
    for page in served():
        if page.screen is None:
            continue
        path = page.route
        for name, value in values.items():
            path = path.replace(f"<str:{name}>", value) if value else path
        if "<" not in path:
            query = MORE.get(page.screen.name, QUERY if page.screen.has_period else "")
            found[page.screen.name] = (page.screen.name, path + query)
    yield from found.values()
    yield "new_application", "/applications/new"


def open_screen(tab: Tab, address: str, color_scheme: Any) -> None:
    tab.emulate_media(color_scheme=color_scheme, reduced_motion="reduce")
    tab.goto(address)
    settle(tab)


def save_small(picture: bytes, path: Path) -> None:
    """A third of the bytes: screens have few colors."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)


def settle(tab: Tab) -> None:
    tab.wait_for_function("() => !document.querySelector('[data-chart]:not([data-drawn], [data-missing])')")
    tab.wait_for_timeout(250)  # the library draws in the next frames


def pictures(tab: Tab, address: str) -> Iterator[tuple[str, bytes]]:
    """One load serves all: the window and the colors change under the open page."""
    tab.set_viewport_size(WIDE)
    open_screen(tab, address, "light")
    for variant, (viewport, color_scheme) in VARIANTS.items():
        tab.emulate_media(color_scheme=color_scheme, reduced_motion="reduce")
        tab.set_viewport_size(viewport)
        settle(tab)
        height = tab.evaluate("document.documentElement.scrollHeight")
        tab.set_viewport_size({**viewport, "height": min(TALLEST, max(viewport["height"], height))})
        tab.wait_for_timeout(150)
        yield variant, tab.screenshot()


def index(names: list[str]) -> str:
    rows = "".join(
        f"<h2>{html.escape(name)}</h2><div>"
        + "".join(f'<img src="{name}-{variant}.png" alt="{variant}" loading="lazy">' for variant in VARIANTS)
        + "</div>"
        for name in names
    )
    style = "div{display:flex;gap:1rem;align-items:start}img{max-width:40vw;max-height:90vh;border:1px solid #888}"
    return f"<!doctype html><meta charset=utf-8><title>Screens</title><style>{style}</style>{rows}"


if __name__ == "__main__":
    main()
