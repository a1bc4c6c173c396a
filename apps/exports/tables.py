"""A table is its columns and its rows. Which columns there are is known only when all rows have been seen."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Any

import orjson

from apps.exports import rows as rows_of
from apps.exports.rows import Row

MEMORY_BYTES = 4 * 1024 * 1024  # of rows that wait for the last one; more go to a temporary file
MAX_COLUMNS = 16_384  # as many as a worksheet has


class TooLarge(ValueError):
    """The text says of what there is too much."""


@dataclass(frozen=True, slots=True)
class Table:
    columns: list[str]
    rows: Iterable[Row]
    labels: Mapping[str, str] = field(default_factory=dict)  # column -> what stands above it

    @property
    def headings(self) -> list[str]:
        return [self.labels.get(column, column) for column in self.columns]

    def cells(self) -> Iterator[list[Any]]:
        return ([row.get(column) for column in self.columns] for row in self.rows)


def table(
    documents: Iterable[dict[str, Any]], fields: list[str] | None = None, labels: Mapping[str, str] | None = None
) -> Table:
    """Of `jsonable` documents. Without fields it has all columns that occur. `labels` are of fields.

    Raises TooLarge.
    """
    found, kept = _seen(rows_of.flat(document) for document in documents)
    headings = {rows_of.column_of(name): label for name, label in (labels or {}).items()} | dict(labels or {})
    return Table(rows_of.columns_asked_for(fields, found) if fields else found, kept, headings)


def _seen(rows: Iterable[Row]) -> tuple[list[str], Iterator[Row]]:
    """The columns of all rows, and the rows once more."""
    spool = SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115  closed when the last row was read, or with the generator
    columns: dict[str, None] = {}
    try:
        for row in rows:
            columns |= dict.fromkeys(row)
            if len(columns) > MAX_COLUMNS:
                raise TooLarge(f"More than {MAX_COLUMNS} columns: name the fields to export")
            spool.write(orjson.dumps(row) + b"\n")
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return list(columns), _again(spool)


def _again(spool: "SpooledTemporaryFile[bytes]") -> Iterator[Row]:
    with spool:
        for line in spool:
            yield orjson.loads(line)
