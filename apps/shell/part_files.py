"""What each part of a screen is as a file: columns and rows. Pictures are made in the browser."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from apps.shell.parts import BarChart, Breakdown, Facts, Figures, Part, PlaceMap, PunchCard, TimeChart, WorldMap
from apps.shell.tables import Column, Row, Table

if TYPE_CHECKING:
    from apps.shell.visits import Visit

FILES = (("csv", "CSV"), ("json", "JSON"), ("xlsx", "Excel"))
Sheet = tuple[Sequence[Column], Sequence[Row]]


def has_figures(part: Part) -> bool:
    return isinstance(
        part, Table | Figures | TimeChart | BarChart | WorldMap | PlaceMap | Breakdown | PunchCard | Facts
    )


def links(part: Part, visit: "Visit") -> list[dict[str, str]]:
    """One for each kind of file; none where a part holds no figures."""
    if not has_figures(part):
        return []
    return [
        {"title": title, "link": visit.address.link({"export": ending, "table": part.id})} for ending, title in FILES
    ]


def form_link(part: Part, visit: "Visit") -> str:
    """Of the form that asks for name, columns and kind first."""
    return visit.address.link({"save": part.id}) if has_figures(part) else ""


def sheet(part: Part, visit: "Visit", limit: int) -> Sheet | None:
    """All its columns, and rows up to `limit` where there may be many. None where a part holds no figures."""
    if isinstance(part, Table):
        columns = [column for column in part.columns if column.kind != "spark"]
        return columns, part.all_rows(part.query(visit), limit) if limit else ()
    if isinstance(part, TimeChart):
        return _over_time(part.data, part.bucket_title, visit)
    if isinstance(part, Figures):
        return _over_time(part.chart, part.bucket_title, visit) if part.chart is not None else _tiles(part, visit)
    if isinstance(part, BarChart):
        columns = [Column("label", part.label_title, "name")]
        columns += [Column(str(place), line["title"], part.kind) for place, line in enumerate(part.series)]
        bars = [
            {"label": label, **{str(place): line["values"][index] for place, line in enumerate(part.series)}}
            for index, label in enumerate(part.labels)
        ]
        return columns, bars
    if isinstance(part, WorldMap | PlaceMap | Breakdown):
        rows = [{**row} for row in part.rows]
        names = {"code": gettext("Code"), "percent": gettext("Percent")}
        columns = [Column("name", part.title, "name"), Column("value", part.measure or gettext("Value"))]
        columns += [Column(key, title, "text") for key, title in names.items() if any(key in row for row in rows)]
        return columns, rows
    if isinstance(part, PunchCard):
        days = part.context(visit)["days"]
        hours = [Column(str(hour), f"{hour}:00") for hour in range(24)]
        return [Column("day", gettext("Day"), "name"), *hours], [
            {"day": str(day["title"]), **{str(cell["hour"]): cell["value"] for cell in day["cells"]}} for day in days
        ]
    if isinstance(part, Facts):
        columns = [Column("name", gettext("Name"), "name"), Column("value", gettext("Value"), "text")]
        return columns, [{"name": str(row["name"]), "value": row["value"]} for row in part.rows]
    return None


def shown(part: Part, visit: "Visit", columns: Sequence[Column]) -> list[Column]:
    """Those of a sheet's columns that are on the screen."""
    keys = {column.key for column in part.shown_columns(visit)} if isinstance(part, Table) else None
    return [column for column in columns if keys is None or column.key in keys]


def _over_time(data: dict[str, Any], bucket_title: str, visit: "Visit") -> Sheet:
    """What has begun, in the order of time; the period before beside it where they are compared."""
    columns = [Column("step", bucket_title, "name")]
    for line in data["series"]:
        columns.append(Column(line["id"], line["title"], line["kind"]))
        if visit.compares and line["previous"]:
            before = gettext("%(title)s before") % {"title": line["title"]}
            columns.append(Column(f"{line['id']}_before", before, line["kind"]))
    rows = []
    for index in range(data["elapsed"]):
        row: dict[str, Any] = {"step": data["labels"][index]}
        for line in data["series"]:
            row[line["id"]] = line["current"][index]
            row[f"{line['id']}_before"] = line["previous"][index] if index < len(line["previous"]) else None
        rows.append(row)
    return columns, rows


def _tiles(part: Figures, visit: "Visit") -> Sheet:
    columns = [Column("figure", part.title or gettext("Figure"), "name"), Column("value", gettext("Value"))]
    if visit.compares:
        columns.append(Column("before", gettext("Before")))
    return columns, [{"figure": tile.title, "value": tile.value, "before": tile.previous} for tile in part.tiles]
