"""Tables as files. Cells that a spreadsheet would take for a formula are defused."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from apps.core import file_names
from apps.shell.tables import Column

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def answer(ending: str, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> HttpResponse:
    """`ending`: csv, json or xlsx. `name` stands without it, and may be anything."""
    content, content_type = {"csv": _csv, "json": _json, "xlsx": _xlsx}[ending](columns, rows)
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, f"{file_names.safe(name, 'table')}.{ending}") or "",
            "Cache-Control": "no-store",
        },
    )


def _csv(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> tuple[bytes, str]:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([defused(_title(column)) for column in columns])
    for row in rows:
        writer.writerow([defused(_plain(value, column)) for value, column in zip(row, columns, strict=True)])
    return b"\xef\xbb\xbf" + target.getvalue().encode(), "text/csv; charset=utf-8"


def _json(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> tuple[bytes, str]:
    keys = [column.key for column in columns]
    return orjson.dumps([dict(zip(keys, row, strict=True)) for row in rows], default=str), "application/json"


def _xlsx(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> tuple[bytes, str]:
    import xlsxwriter  # slow to load, and few processes need it

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for position, column in enumerate(columns):
            sheet.write_string(0, position, _title(column), bold)
        for line, row in enumerate(rows, start=1):
            for position, (value, column) in enumerate(zip(row, columns, strict=True)):
                plain = _plain(value, column)
                if isinstance(plain, int | float):
                    sheet.write_number(line, position, plain)
                else:
                    sheet.write_string(line, position, plain)
        sheet.autofit()
    return target.getvalue(), XLSX_TYPE


def _title(column: Column) -> str:
    return f"{column.title} (UTC)" if column.kind == "moment" else str(column.title)


def _plain(value: Any, column: Column) -> Any:
    if value is None:
        return ""
    if column.kind == "moment" and isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return value if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def defused(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_BEGINS) else value
