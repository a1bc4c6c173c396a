"""A language that marks what was translated, and the texts of a page that were not.

Every text that goes through gettext comes out in brackets; what stands on a page outside of them was never marked.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.utils import translation

OPEN, CLOSE = "⟦", "⟧"
ATTRIBUTES = {"title", "placeholder", "alt", "aria-label", "data-confirm", "data-confirm-yes", "data-copied", "label"}
UNREAD = {"script", "style", "code", "pre", "kbd", "time", "template", "data", "textarea"}
EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "path", "rect", "wbr"}
_LETTERS = re.compile(r"[^\W\d_]{2}")


def mark_translations(monkeypatch) -> None:
    real = translation._trans
    monkeypatch.setattr(translation, "_trans", _Marking(real))


class _Marking:
    def __init__(self, real) -> None:
        self._real = real

    def __getattr__(self, name: str):
        return getattr(self._real, name)

    def gettext(self, message: str) -> str:
        return marked(message)

    def pgettext(self, context: str, message: str) -> str:
        return marked(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return marked(singular if number == 1 else plural)

    def npgettext(self, context: str, singular: str, plural: str, number: int) -> str:
        return marked(singular if number == 1 else plural)


def marked(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}" if text else text


def unmarked(page: str) -> list[str]:
    """Texts outside of brackets that hold at least two letters."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [text for piece in reader.pieces for text in _outside(piece) if _LETTERS.search(text)]


def _outside(text: str) -> Iterator[str]:
    depth, found = 0, ""
    for letter in text:
        if letter == OPEN:
            depth += 1
            yield found.strip()
            found = ""
        elif letter == CLOSE:
            depth -= 1
        elif depth == 0:
            found += letter
    yield found.strip()


class _Reader(HTMLParser):
    """Visible text in pieces: a translation may hold tags, so brackets may open in one and close in the next."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._text = ""
        self._unread: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self._unread or tag in UNREAD:
            if tag not in EMPTY:
                self._unread.append(tag)
            return
        for name, value in attributes:
            is_button = tag == "input" and name == "value" and dict(attributes).get("type") in ("submit", "button")
            if value and (name in ATTRIBUTES or name.startswith("data-text") or is_button):
                self.pieces.append(value)
        if not self._is_open():
            self._end()

    def handle_endtag(self, tag: str) -> None:
        if self._unread:
            if tag in self._unread:
                while self._unread.pop() != tag:
                    pass
            return
        if not self._is_open():
            self._end()

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self._text += data

    def close(self) -> None:
        super().close()
        self._end()

    def _is_open(self) -> bool:
        return self._text.count(OPEN) > self._text.count(CLOSE)

    def _end(self) -> None:
        if self._text.strip():
            self.pieces.append(self._text.strip())
        self._text = ""
