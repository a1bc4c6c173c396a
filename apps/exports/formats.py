"""Tables and documents as files, piece by piece: CSV, JSON and XLSX."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

import orjson

from apps.exports.tables import Table, TooLarge

CONTENT_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "xls": "application/vnd.ms-excel",  # as the original says of both
    "xlsx": "application/vnd.ms-excel",
}
PIECE_BYTES = 64 * 1024
#: A spreadsheet takes a text that begins so for a formula, also with the last two, which it strips.
FORMULA_STARTS = ("@", "=", "+", "-", "\t", "\r")
NO_FORMULA = "`"
MAX_CELL_TEXT = 32_767  # of a worksheet
MAX_ROWS = 1_048_576
LARGEST_EXACT_NUMBER = 2**53  # above it a worksheet would round


def csv_pieces(table: Table, *, newline: str = "\n", ends_with_newline: bool = False) -> Iterator[bytes]:
    pieces, size = [_csv_line(table.headings)], 0
    for cells in table.cells():
        pieces.append(newline + _csv_line(cells))
        size += len(pieces[-1])
        if size >= PIECE_BYTES:
            yield "".join(pieces).encode()
            pieces, size = [], 0
    yield ("".join(pieces) + (newline if ends_with_newline else "")).encode()


def json_pieces(documents: Iterable[Any]) -> Iterator[bytes]:
    """Of `jsonable` documents."""
    buffer, separator = bytearray(b"["), b""
    for document in documents:
        buffer += separator + orjson.dumps(document)
        separator = b","
        if len(buffer) >= PIECE_BYTES:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer) + b"]"


def xlsx_pieces(table: Table) -> Iterator[bytes]:
    """The workbook is made in temporary files, a row at a time in memory. Raises TooLarge."""
    file = workbook(table)
    return _pieces_of(file)


def workbook(table: Table) -> IO[bytes]:
    import xlsxwriter  # slow to load, and few processes need it

    file = TemporaryFile()  # noqa: SIM115  closed by who reads it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    try:
        for column, heading in enumerate(table.headings):
            sheet.write_string(0, column, _cut(heading))
        for number, cells in enumerate(table.cells(), 1):
            if number >= MAX_ROWS:
                raise TooLarge(f"More than {MAX_ROWS} rows")
            for column, value in enumerate(cells):
                _write_cell(sheet, number, column, value)
        book.close()
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _csv_line(cells: Iterable[Any]) -> str:
    return ",".join(_csv_cell(cell) for cell in cells)


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return orjson.dumps(value).decode()
    if value.startswith(FORMULA_STARTS):
        value = NO_FORMULA + value
    text = str(value).replace('"', '""')
    return f'"{text}"'


def _write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and abs(value) <= LARGEST_EXACT_NUMBER:
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, _cut(str(value)))


def _cut(text: str) -> str:
    return text[:MAX_CELL_TEXT]
