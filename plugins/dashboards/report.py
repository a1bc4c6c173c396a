"""Dashboards as e-mail reports: what their owner sees, as words and tables."""

import logging
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.plugin_api.widgets import ReportPage, ReportType
from apps.shell import periods
from apps.shell.parts import Block
from apps.shell.printed import printed, visit_of_nobody
from plugins.dashboards import boards, cells, layout, widgets
from plugins.dashboards.documents import Board

logger = logging.getLogger(__name__)


def choices(member: Any) -> dict[str, str]:
    return {str(board["_id"]): str(board.get("name") or _("Dashboard")) for board in boards.visible(member)}


def pages(owner: Any, board_id: str, period: str) -> list[ReportPage]:
    """One page for the dashboard, a block for each widget; none for who may not see it, or when it is empty."""
    try:
        board, _viewer = boards.seen(board_id, owner)
    except boards.NotAllowed:
        return []
    blocks = _blocks(board, owner, period)
    note = str(periods.STANDARD.get(period, ""))
    return [ReportPage(str(board.get("name") or _("Dashboard")), note, blocks)] if blocks else []


def _blocks(board: Board, reader: Any, period: str) -> list[tuple[str, str]]:
    visit = visit_of_nobody(reader, period)
    of_board = widgets.owner_of(board)
    found: list[tuple[str, str]] = []
    for widget in layout.in_order(widgets.of_board(board)):
        part = cells.part_of(widget, of_board, visit)
        text = printed(_unframed(part), visit)
        title = f"{part.title} ({part.hint})" if part.hint else part.title
        found.append((title, text))
    return found


def _unframed(part: Any) -> Any:
    """A plugin's own template without the panel that the screen draws around it."""
    if isinstance(part, Block) and part.file == cells.FRAMED:
        return Block(id="", file=str(part.values["file"]), values=part.values)
    if isinstance(part, Block) and part.file == cells.NOTE:
        return Block(id="", file="dashboards/mail/note.html", values=part.values)
    return part


TYPE = ReportType(gettext_lazy("Dashboards"), "dashboards", choices, pages)
