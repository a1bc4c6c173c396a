"""The HTML of reports, read back: what is no browser and no mail program gets headings, paragraphs and tables. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 3}
ENDS_TEXT = frozenset({"p", "div", "ul", "ol", "li", "section", "br"})


@dataclass(slots=True)
class Text:
    text: str
    level: int = 0  # of a heading; 0 for a paragraph
    is_muted: bool = False


@dataclass(slots=True)
class Cell:
    text: str = ""
    is_number: bool = False


@dataclass(slots=True)
class Grid:
    head: list[Cell] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)

    @property
    def columns(self) -> int:
        return max((len(row) for row in (self.head, *self.rows)), default=0)


Block = Text | Grid


def read(html: str) -> list[Block]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_text()
    return reader.blocks


def as_text(blocks: Sequence[Block]) -> str:
    """An indented line each; rows as "name: value (further values)"."""
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Text):
        yield "  " + block.text
        return
    for row in block.rows:
        texts = [cell.text for cell in row if cell.text]
        if texts:
            further = f" ({', '.join(texts[2:])})" if texts[2:] else ""
            yield "  " + ": ".join(texts[:2]) + further


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._text: Text | None = None
        self._cell: Cell | None = None
        self._is_head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if tag in HEADINGS or tag in ENDS_TEXT:
            if self._cell is None:
                self.end_text()
                self._text = Text("", HEADINGS.get(tag, 0), "muted" in classes)
        elif tag == "table":
            self.end_text()
            self.blocks.append(Grid())
        elif tag in ("thead", "tbody"):
            self._is_head = tag == "thead"
        elif tag == "tr" and (grid := self._grid()) is not None and not self._is_head:
            grid.rows.append([])
        elif tag in ("td", "th") and (grid := self._grid()) is not None:
            self._cell = Cell(is_number="number" in classes)
            if self._is_head:
                grid.head.append(self._cell)
            else:
                if not grid.rows:
                    grid.rows.append([])
                grid.rows[-1].append(self._cell)

    def handle_endtag(self, tag: str) -> None:
        if tag in HEADINGS or tag in ENDS_TEXT:
            if self._cell is None:
                self.end_text()
        elif tag in ("td", "th"):
            self._cell = None
        elif tag == "thead":
            self._is_head = False

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.text = _joined(self._cell.text, data)
        elif data.strip():
            self._text = self._text or Text("")
            self._text.text = _joined(self._text.text, data)

    def end_text(self) -> None:
        if self._text is not None and self._text.text:
            self.blocks.append(self._text)
        self._text = None

    def _grid(self) -> Grid | None:
        last = self.blocks[-1] if self.blocks else None
        return last if isinstance(last, Grid) else None


def _joined(before: str, data: str) -> str:
    return " ".join(f"{before} {data}".split())
