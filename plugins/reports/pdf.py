"""A report as PDF: for printing and filing, in whatever script its names are written."""

import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import translation

from plugins.reports import fonts, markup
from plugins.reports.markup import Cell, Grid, Text

if TYPE_CHECKING:
    from fpdf import FPDF

logger = logging.getLogger(__name__)

UNKNOWN = "?"  # for what no font draws
JOINER, SELECTORS = "\u200d", range(0xFE00, 0xFE10)  # invisible: they tell how letters beside them look
MARGIN_MM = 18
INK, MUTED, LINE = (29, 36, 51), (98, 107, 122), (200, 205, 213)
SIZES = {0: 10, 1: 20, 2: 14, 3: 11}  # by level of the heading, 0 for all else
SPACES_MM = {0: 1, 1: 2, 2: 7, 3: 4}  # above
FIRST_COLUMN = 2.2  # times as wide as the others: it has the names


def of_html(title: str, html: str) -> bytes:
    """Headings, paragraphs and tables; nothing that the HTML names is loaded. In the direction of the active
    language."""
    from fpdf import FPDF  # 40 MB and a quarter of a second, in every process

    blocks = markup.read(html)
    with tempfile.TemporaryDirectory() as folder:
        document = FPDF()
        document.set_title(title)
        document.set_margin(MARGIN_MM)
        drawn = _use_fonts(document, _text_of(blocks), Path(folder))
        document.add_page()
        for block in blocks:
            if isinstance(block, Text):
                _write(document, block, drawn)
            else:
                _draw(document, block, drawn)
        return bytes(document.output())


def _use_fonts(document: "FPDF", text: str, folder: Path) -> Any:
    """What can be drawn: a set of characters."""
    files, drawn = fonts.unpack(text, folder)
    if not files:
        document.set_font("Helvetica")
        return frozenset(range(32, 127)) | frozenset(range(161, 256))
    for number, file in enumerate(files):
        document.add_font(f"f{number}", fname=file)
    document.set_fallback_fonts([f"f{number}" for number in range(1, len(files))], exact_match=False)
    document.set_text_shaping(use_shaping_engine=True)
    document.set_font("f0")
    return drawn


def _write(document: "FPDF", block: Text, drawn: Any) -> None:
    document.ln(SPACES_MM[block.level])
    document.set_font_size(SIZES[block.level])
    document.set_text_color(*(MUTED if block.is_muted else INK))
    document.multi_cell(0, text=_drawable(block.text, drawn), align=_start(), new_x="LMARGIN", new_y="NEXT")


def _draw(document: "FPDF", grid: Grid, drawn: Any) -> None:
    from fpdf.fonts import FontFace

    if not grid.columns:
        return
    document.ln(SPACES_MM[0])
    document.set_font_size(SIZES[0])
    document.set_text_color(*INK)
    document.set_draw_color(*LINE)
    rows = [grid.head, *grid.rows] if grid.head else grid.rows
    example = [*(grid.rows[0] if grid.rows else grid.head)]
    aligned = [_end() if cell.is_number else _start() for cell in example]
    widths = [FIRST_COLUMN, *[1.0] * (grid.columns - 1)]
    with document.table(
        borders_layout="HORIZONTAL_LINES",
        col_widths=tuple(_in_direction(widths)),
        first_row_as_headings=bool(grid.head),
        headings_style=FontFace(emphasis=None, color=MUTED),
        line_height=document.font_size * 1.9,
        text_align=tuple(_in_direction([*aligned, *[_start()] * (grid.columns - len(aligned))])),
        padding=(0, 1),
    ) as table:
        for cells in rows:
            filled = [*cells, *[Cell()] * (grid.columns - len(cells))]
            texts = [_drawable(cell.text, drawn) for cell in filled]
            table.row(_in_direction(texts))


def _text_of(blocks: Sequence[markup.Block]) -> str:
    texts = [block.text for block in blocks if isinstance(block, Text)]
    grids = [block for block in blocks if isinstance(block, Grid)]
    return "".join([*texts, *(cell.text for grid in grids for row in (grid.head, *grid.rows) for cell in row)])


def _drawable(text: str, drawn: Any) -> str:
    return "".join(_drawn(character, drawn) for character in text)


def _drawn(character: str, drawn: Any) -> str:
    if ord(character) in SELECTORS:
        return ""  # an emoji is drawn in ink, whichever look it asks for
    if ord(character) in drawn or character.isspace():
        return character
    return "" if character == JOINER else UNKNOWN


def _in_direction(row: list[Any]) -> list[Any]:
    return row[::-1] if translation.get_language_bidi() else row


def _start() -> str:
    return "RIGHT" if translation.get_language_bidi() else "LEFT"


def _end() -> str:
    return "LEFT" if translation.get_language_bidi() else "RIGHT"
