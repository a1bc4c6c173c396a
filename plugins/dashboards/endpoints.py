"""`/i/dashboards/*`, `/o/dashboards*` and `/o/dashboard/data`."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpResponse

from apps.accounts.actions import Call
from apps.accounts.viewers import Viewer
from apps.analytics import periods
from apps.core import json_text
from apps.core.answers import message, output
from apps.core.api_view import ID_LENGTH, Refusal
from plugins.dashboards import actions, boards, shown_applications, storage, widgets
from plugins.dashboards.actions import Actor
from plugins.dashboards.boards import NotAllowed, PublicDisabled, Unknown
from plugins.dashboards.documents import (
    EDITORS,
    POSITION,
    REFRESH_SECONDS,
    SHARE,
    SHARES,
    SIZE,
    VIEWERS,
    Board,
)
from plugins.dashboards.sharing import may_manage

Answer = Callable[[Call], HttpResponse]
MOST_SHARES = 500
LONGEST_NAME = 200
UNKNOWN = "Dashboard with the given id doesn't exist"
NO_SUCH_WIDGET = "Such dashboard and widget combination does not exist."


def answering_denials(answer: Answer) -> Answer:
    """What is denied is answered with status 200, as clients of the protocol know it."""

    @wraps(answer)
    def answered(call: Call) -> HttpResponse:
        try:
            return answer(call)
        except NotAllowed as denied:
            return output({"error": True, denied.kind: True})
        except Unknown as error:
            raise Refusal(400, UNKNOWN) from error
        except PublicDisabled as error:
            raise Refusal(400, "Public dashboards are disabled") from error
        except widgets.Invalid as error:
            raise Refusal(400, str(error)) from error
        except widgets.NoSuchWidget as error:
            raise Refusal(400, NO_SUCH_WIDGET) from error

    return answered


# Reading -------------------------------------------------------------------------------------------------------------
@answering_denials
def show(call: Call) -> HttpResponse:
    board, viewer = boards.seen(_board_id(call, 401), call.member)
    owner = widgets.owner_of(board)
    period = periods.parse(call.parameters.get("period"))
    found = widgets.of_board(board)
    answer = boards.shown(board, viewer, boards.owners_of([board]))
    if REFRESH_SECONDS in board:
        answer |= {REFRESH_SECONDS: _minutes(board), "use_refresh_rate": True}
    if may_manage(board, viewer):
        answer |= boards.shares(board)
    answer["widgets"] = [widgets.with_data(widget, period, owner) for widget in found]
    answer["apps"] = shown_applications.of(found)
    return output(answer)


@answering_denials
def show_all(call: Call) -> HttpResponse:
    if call.rest:
        raise Refusal(400, "Invalid path")
    found = boards.visible(call.member)
    viewer = Viewer.of(call.member)
    if call.parameters.get("just_schema"):
        return output([_schema(board, viewer) for board in found])
    owners = boards.owners_of(found)
    by_id = storage.widgets_of(found)
    answers = []
    for board in found:
        own = [by_id[one] for one in storage.widget_ids(board) if one in by_id]
        answers.append(
            boards.shown(board, viewer, owners)
            | {"widgets": [widgets.shown(widget) for widget in own], "apps": shown_applications.of(own)}
        )
    return output(answers)


def _schema(board: Board, viewer: Viewer) -> dict[str, Any]:
    shown = boards.shown(board, viewer, {})
    return {name: shown[name] for name in ("_id", "name", "owner_id", "created_at", "is_owner") if name in shown}


@answering_denials
def show_widget(call: Call) -> HttpResponse:
    return output([_with_data(call)])


@answering_denials
def show_data(call: Call) -> HttpResponse:
    return output(_with_data(call))


def _with_data(call: Call) -> dict[str, Any]:
    board, _viewer = boards.seen(_board_id(call, 401), call.member)
    try:
        widget = widgets.of_board_by_id(board, _text(call, "widget_id"))
    except widgets.NoSuchWidget as error:
        raise Refusal(404, NO_SUCH_WIDGET) from error
    return widgets.with_data(widget, periods.parse(call.parameters.get("period")), widgets.owner_of(board))


@answering_denials
def show_layout(call: Call) -> HttpResponse:
    board, _viewer = boards.seen(_board_id(call, 401), call.member)
    return output(
        [
            {"_id": str(widget["_id"]), POSITION: widget.get(POSITION), SIZE: widget.get(SIZE)}
            for widget in widgets.of_board(board)
        ]
    )


def nothing_there(call: Call) -> HttpResponse:
    raise Refusal(400, "Invalid path")


def show_or_nothing(call: Call) -> HttpResponse:
    """`/o/dashboards` itself; what follows is none of its paths."""
    return nothing_there(call) if call.rest else show(call)


# Dashboards ----------------------------------------------------------------------------------------------------------
@answering_denials
def create(call: Call) -> HttpResponse:
    fields = fields_of(call.parameters)
    board = actions.create(fields, _actor(call), copied_id=_text(call, "copy_dash_id"), invites=_invites(call))
    return output(str(board["_id"]))


@answering_denials
def update(call: Call) -> HttpResponse:
    board_id = _board_id(call)
    fields = fields_of(call.parameters)
    matched, modified = actions.update(board_id, fields, _actor(call), invites=_invites(call))
    return output(
        {
            "acknowledged": True,
            "modifiedCount": modified,
            "upsertedId": None,
            "upsertedCount": 0,
            "matchedCount": matched,
            "result": {"ok": True, "nModified": modified},
        }
    )


@answering_denials
def delete(call: Call) -> HttpResponse:
    return output({"acknowledged": True, "deletedCount": actions.delete(_board_id(call), _actor(call))})


def fields_of(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Refusal."""
    for name in ("name", SHARE):
        if not isinstance(parameters.get(name), str) or not str(parameters[name]).strip():
            raise Refusal(400, f"Missing parameter: {name}")
    theme = parameters.get("theme")
    return {
        "name": str(parameters["name"]).strip()[:LONGEST_NAME],
        SHARE: parameters[SHARE],
        "theme": theme if isinstance(theme, str | int) and len(str(theme)) <= 20 else None,
        **{name: _texts(name, parameters.get(name)) for name in SHARES},
        "refresh_minutes": boards.refresh_minutes(parameters.get("use_refresh_rate"), parameters.get(REFRESH_SECONDS)),
    }


# Widgets -------------------------------------------------------------------------------------------------------------
@answering_denials
def add_widget(call: Call) -> HttpResponse:
    board_id = _board_id(call)
    boards.editable(board_id, call.member)  # who may not is told so first
    return output(str(actions.add_widget(board_id, _widget_fields(call), _actor(call))["_id"]))


@answering_denials
def update_widget(call: Call) -> HttpResponse:
    board_id = _board_id(call)
    boards.editable(board_id, call.member)
    actions.change_widget(board_id, _text(call, "widget_id"), _widget_fields(call), _actor(call))
    return message("Success")


@answering_denials
def remove_widget(call: Call) -> HttpResponse:
    actions.remove_widget(_board_id(call), _text(call, "widget_id"), _actor(call))
    return message("Success")


# What is sent --------------------------------------------------------------------------------------------------------
def _board_id(call: Call, status: int = 400) -> str:
    board_id = _text(call, "dashboard_id")
    if len(board_id) != ID_LENGTH:
        raise Refusal(status, "Invalid parameter: dashboard_id")
    return board_id


def _text(call: Call, name: str) -> str:
    value = call.parameters.get(name)
    return value if isinstance(value, str) else ""


def _widget_fields(call: Call) -> dict[str, Any]:
    sent = call.parameters.get("widget")
    if isinstance(sent, str):
        try:
            sent = json_text.parse(sent)
        except ValueError:
            sent = None
    if not isinstance(sent, dict) or not sent:
        raise Refusal(400, "Invalid parameter: widget")
    return sent


def _texts(name: str, sent: Any) -> list[str]:
    """A JSON array of texts; e-mails as members have theirs, in lower case."""
    if sent in (None, ""):
        return []
    if isinstance(sent, str):
        try:
            sent = json_text.parse(sent)
        except ValueError:
            sent = None
    if not isinstance(sent, list) or len(sent) > MOST_SHARES or not all(isinstance(one, str) for one in sent):
        raise Refusal(400, f"Parameter needs to be an array: {name}")
    is_email = name in (EDITORS[0], VIEWERS[0])
    texts = [one.strip().lower() if is_email else one for one in sent]
    return list(dict.fromkeys(text for text in texts if text and len(text) < 255))


def _actor(call: Call) -> Actor:
    return Actor(call.member, call.address)


def _invites(call: Call) -> bool:
    return call.parameters.get("send_email_invitation") in (True, "true")


def _minutes(board: Board) -> Any:
    seconds = board[REFRESH_SECONDS]
    return seconds / 60 if isinstance(seconds, int | float) else seconds
