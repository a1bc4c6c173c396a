"""The list of dashboards, and one of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from bson import ObjectId
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.viewers import Viewer
from apps.core.api_view import Refusal
from apps.core.client_address import accountable_address
from apps.plugin_api.menu import everybody
from apps.plugin_api.places import Place
from apps.plugin_api.widgets import DASHBOARD_WIDGETS
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.gate import for_members, last_application
from apps.shell.navigation import applications_of as member_applications
from apps.shell.parts import Block, Empty, Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from plugins.dashboards import actions, boards, cells, endpoints, layout, storage, widget_form, widgets
from plugins.dashboards.documents import (
    EDITORS,
    EVERYBODY,
    NOBODY,
    OWNER,
    REFRESH_SECONDS,
    SELECTED,
    SHARE,
    VIEWERS,
    Board,
    Widget,
    applications_of,
    kind_name,
)
from plugins.dashboards.sharing import is_owner, may_edit, may_manage

FEW = 8  # dashboards that are found without a search
SHARED_WITH = {
    NOBODY: gettext_lazy("Only me"),
    SELECTED: gettext_lazy("Those with the addresses below"),
    EVERYBODY: gettext_lazy("Everybody"),
}
#: What the buttons of a widget change: columns, rows, places.
CHANGES = {
    "left": (0, 0, -1),
    "right": (0, 0, 1),
    "wider": (1, 0, 0),
    "narrower": (-1, 0, 0),
    "higher": (0, 1, 0),
    "lower": (0, -1, 0),
}


# The list ------------------------------------------------------------------------------------------------------------
def build_list(visit: Visit) -> list[Part]:
    viewer = Viewer.of(visit.member)
    wanted = visit.address.get("q").strip().casefold()
    found = boards.visible(visit.member)
    owners = boards.owners_of(found)
    rows = [
        {
            "name": board.get("name") or "",
            "link": board_address(board, visit.application.id) + visit.period_query,
            "owner": owners.get(str(board.get(OWNER)), {}).get("full_name", ""),
            "count": len(storage.widget_ids(board)),
            "is_own": is_owner(board, viewer),
            "is_shared": board.get(SHARE) in (EVERYBODY, SELECTED),
        }
        for board in found
        if wanted in str(board.get("name") or "").casefold()
    ]
    titles = ((_("Mine"), True), (_("Shared with me"), False))
    groups = [{"title": title, "rows": [row for row in rows if row["is_own"] is own]} for title, own in titles]
    parts: list[Part] = []
    if not found:
        parts.append(
            Empty(
                id="none",
                icon="dashboards",
                title=_("No dashboards yet"),
                text=_("A dashboard puts figures of one or several applications on one page, for you or your team."),
            )
        )
    else:
        values = {
            "groups": [group for group in groups if group["rows"]],
            "has_search": len(found) > FEW,
            "q": visit.address.get("q"),
            "kept": visit.address.without("q"),
        }
        parts.append(Block(id="boards", file="dashboards/list.html", values=values))
    return parts


def list_values(visit: Visit) -> Mapping[str, Any]:
    return {"form": _board_form(visit, None)}


def _board_form(visit: Visit, board: Board | None) -> dict[str, Any]:
    stored = board or {}
    shared = boards.sharing_allowed(visit.member)
    offered = [NOBODY, *([SELECTED] if shared else []), *([EVERYBODY] if shared and boards.public_allowed() else [])]
    seconds = stored.get(REFRESH_SECONDS)
    return {
        "name": stored.get("name") or "",
        "is_new": board is None,
        "shares": [
            {"value": one, "title": SHARED_WITH[one], "is_chosen": one == stored.get(SHARE, NOBODY)} for one in offered
        ],
        "can_select": SELECTED in offered,
        "view": ", ".join(stored.get(VIEWERS[0]) or []),
        "edit": ", ".join(stored.get(EDITORS[0]) or []),
        "minutes": int(seconds / 60) if isinstance(seconds, int | float) else "",
    }


def _sent_board(visit: Visit) -> dict[str, Any]:
    """Raises Refusal."""
    sent = visit.request.POST
    minutes = sent.get("minutes", "").strip()
    return endpoints.fields_of(
        {
            "name": sent.get("name", ""),
            SHARE: sent.get(SHARE, NOBODY),
            **{name: _emails(sent.get(field, "")) for name, field in ((VIEWERS[0], "view"), (EDITORS[0], "edit"))},
            "use_refresh_rate": bool(minutes),
            REFRESH_SECONDS: minutes,
        }
    )


def create(visit: Visit) -> Done:
    board = _refusing(lambda: actions.create(_sent_board(visit), _actor(visit), invites=_invites(visit)))
    return Done(_("The dashboard was made."), board_address(board, visit.application.id))


# One dashboard -------------------------------------------------------------------------------------------------------
def build_board(visit: Visit) -> list[Part]:
    board, viewer = _board(visit)
    found = layout.in_order(widgets.of_board(board))
    owner = widgets.owner_of(board)
    can_edit = may_edit(board, viewer)
    is_arranged = can_edit and visit.address.get("arrange") == "1"
    parts: list[Part] = [Block(id="board", file="dashboards/board.html", width="", values=_live(board, found, visit))]
    if can_edit and visit.address.get("widget"):
        parts.append(_drawer(visit, board))
    if not found:
        parts.append(
            Empty(
                id="none",
                icon="dashboards",
                title=_("Nothing on this dashboard yet"),
                text=_("Add figures, charts, tables or a note.") if can_edit else "",
                action=_("Add a widget") if can_edit else "",
                action_link=visit.address.link({"widget": widget_form.NEW}),
            )
        )
    return [*parts, *(cells.cell_of(one, owner, visit, is_arranged=is_arranged) for one in found)]


def _live(board: Board, found: list[Any], visit: Visit) -> dict[str, Any]:
    others = [one for one in applications_of(found) if one != visit.application.id and ObjectId.is_valid(one)]
    return {"lines": " ".join(f"/ws/applications/{one}/" for one in others), "seconds": board.get(REFRESH_SECONDS, "")}


def _drawer(visit: Visit, board: Board) -> Block:
    asked = visit.address.get("widget")
    back = visit.address.link({"widget": None, "kind": None})
    values: dict[str, Any] = {"back": back}
    if asked == widget_form.NEW:
        name, widget = visit.address.get("kind"), None
    else:
        try:
            widget = widgets.of_board_by_id(board, asked)
        except widgets.NoSuchWidget as error:
            raise Http404("No such widget") from error
        name = kind_name(widget)
    kind = DASHBOARD_WIDGETS.get(name)
    if kind is None:
        values |= {"kinds": widget_form.kinds(visit), "is_lost": widget is not None}
    else:
        values |= widget_form.form_of(name, kind, widget, visit)
    return Block(id="widget-drawer", file="dashboards/widget_drawer.html", values=values)


def board_title(visit: Visit) -> str:
    return str(_board(visit)[0].get("name") or "")


def board_values(visit: Visit) -> Mapping[str, Any]:
    board, viewer = _board(visit)
    arranges = visit.address.get("arrange") == "1"
    return {
        "board_id": str(board["_id"]),
        "can_edit": may_edit(board, viewer),
        "can_manage": may_manage(board, viewer),
        "add_link": visit.address.link({"widget": widget_form.NEW, "kind": None}),
        "arrange_link": visit.address.link({"arrange": None if arranges else "1"}),
        "is_arranged": arranges,
        "form": _board_form(visit, board),
    }


def save(visit: Visit) -> Done:
    board_id = _board_id(visit)
    found, _changed = _refusing(
        lambda: actions.update(board_id, _sent_board(visit), _actor(visit), invites=_invites(visit))
    )
    if not found:
        raise Refusal(403, _("You may not change this."))
    return Done(_("The dashboard was saved."))


def duplicate(visit: Visit) -> Done:
    board, _viewer = _board(visit)
    name = _("Copy of %(name)s") % {"name": board.get("name") or ""}
    fields = endpoints.fields_of({"name": name, SHARE: NOBODY})
    copy = _refusing(lambda: actions.create(fields, _actor(visit), copied_id=_board_id(visit)))
    return Done(_("The dashboard was copied."), board_address(copy, visit.application.id))


def delete(visit: Visit) -> Done:
    _refusing(lambda: actions.delete(_board_id(visit), _actor(visit)))
    return Done(_("The dashboard was deleted."), reverse(BOARDS.name, args=[visit.application.id]))


def save_widget(visit: Visit) -> Done:
    board, _viewer = _board(visit)
    sent = visit.request.POST
    widget_id = sent.get("widget_id", "")
    try:
        before = widgets.of_board_by_id(board, widget_id) if widget_id else None
        fields = widget_form.fields_of(sent, visit.member, before)
    except LookupError as error:
        raise Refusal(404, _("There is no such widget.")) from error
    except widget_form.Incomplete as error:
        raise Refusal(400, str(error)) from error
    here = visit.request.path + visit.address.link({"widget": None, "kind": None})
    if before is None:
        _refusing(lambda: actions.add_widget(_board_id(visit), fields, _actor(visit)))
        return Done(_("The widget was added."), here)
    _refusing(lambda: actions.change_widget(_board_id(visit), widget_id, fields, _actor(visit)))
    return Done(_("The widget was changed."), here)


def remove_widget(visit: Visit) -> Done:
    widget_id = visit.request.POST.get("widget_id", "")
    _refusing(lambda: actions.remove_widget(_board_id(visit), widget_id, _actor(visit)))
    return Done(_("The widget was removed."))


def arrange(visit: Visit) -> HttpResponse:
    """Moves a widget, or makes it larger or smaller; where all stand follows from their order."""
    board = _refusing(lambda: boards.editable(_board_id(visit), visit.member))
    sent = visit.request.POST
    found = widgets.of_board(board)
    widget_id = ObjectId(sent["widget_id"]) if ObjectId.is_valid(sent.get("widget_id", "")) else None
    if sent.get("place") or sent.get("columns"):
        ordered = _dropped(found, widget_id, sent)
    else:
        columns, rows, places = CHANGES.get(sent.get("change", ""), (0, 0, 0))
        ordered = layout.moved(layout.resized(found, widget_id, columns, rows), widget_id, places)
    storage.place_widgets(layout.packed(ordered))
    return HttpResponseRedirect(visit.request.get_full_path())


def _dropped(found: list[Widget], widget_id: Any, sent: Mapping[str, Any]) -> list[Widget]:
    """Where a pointer let it go: another place among the widgets, or another size."""
    place, columns, rows = (_whole(sent.get(name)) for name in ("place", "columns", "rows"))
    if columns is not None and rows is not None:
        return layout.sized(found, widget_id, columns, rows)
    return layout.put_at(found, widget_id, place) if place is not None else layout.in_order(found)


def _whole(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 5 else None


# What all of them need -----------------------------------------------------------------------------------------------
def board_address(board: Board, application_id: str) -> str:
    return reverse(BOARD.name, args=[application_id, str(board["_id"])])


def places(member: Any, application: Any) -> Iterator[Place]:
    """Boards are looked at from an application."""
    for board in boards.visible(member) if application else ():
        yield Place(str(board.get("name") or ""), board_address(board, application.id), "dashboards")


def _board_id(visit: Visit) -> str:
    return str(visit.path["dashboard_id"])


def _board(visit: Visit) -> tuple[Board, Viewer]:
    try:
        return boards.seen(_board_id(visit), visit.member)
    except boards.NotAllowed as error:
        raise Http404("No such dashboard") from error


def _refusing(run: Any) -> Any:
    """What people read when it may not be. Raises Refusal."""
    try:
        return run()
    except (boards.NotAllowed, boards.Unknown) as error:
        raise Refusal(403, _("You may not change this.")) from error
    except boards.PublicDisabled as error:
        raise Refusal(400, _("Dashboards cannot be shared with everybody.")) from error
    except widgets.Invalid as error:
        raise Refusal(400, str(error)) from error
    except widgets.NoSuchWidget as error:
        raise Refusal(404, _("There is no such widget.")) from error


def _actor(visit: Visit) -> actions.Actor:
    return actions.Actor(visit.member, accountable_address(visit.request))


def _invites(visit: Visit) -> bool:
    return "invites" in visit.request.POST


def _emails(text: str) -> list[str]:
    return [email.strip() for email in text.replace(";", ",").split(",") if email.strip()]


def _anybody(visit: Visit) -> bool:
    """Whether the dashboard may be changed is looked at with the dashboard."""
    return True


_forms = post_of(
    {
        "save": FormAction(_anybody, save),
        "duplicate": FormAction(_anybody, duplicate),
        "delete": FormAction(_anybody, delete),
        "save_widget": FormAction(_anybody, save_widget),
        "remove_widget": FormAction(_anybody, remove_widget),
    }
)


def post_board(visit: Visit) -> HttpResponse | None:
    if visit.request.POST.get("action") != "arrange":
        return _forms(visit)
    _board(visit)
    try:
        return arrange(visit)
    except Refusal as error:
        raise Http404("Not to be arranged") from error


@for_members(everybody)
def open_board(request: HttpRequest, dashboard_id: str) -> HttpResponse:
    """The address in mails: it names no application, since those who get it may see different ones."""
    applications = member_applications(request.user)
    application = last_application(request) or (applications[0] if applications else None)
    if application is None:
        raise Http404("No application")
    return HttpResponseRedirect(reverse(BOARD.name, args=[application.id, dashboard_id]))


BOARDS = Screen(
    name="dashboards",
    route="applications/<str:application_id>/dashboards",
    title=gettext_lazy("Dashboards"),
    hint=gettext_lazy("Figures of one or several applications on one page."),
    build=build_list,
    post=post_of({"create": FormAction(_anybody, create)}),
    actions="dashboards/list_actions.html",
    action_values=list_values,
    has_period=False,
    shows_without_data=True,
    files=("dashboards/dashboards.css", "dashboards/dashboards.js"),
)
BOARD = Screen(
    name="dashboard",
    entry="dashboards",
    route="applications/<str:application_id>/dashboards/<str:dashboard_id>",
    title=gettext_lazy("Dashboard"),
    title_of=board_title,
    build=build_board,
    post=post_board,
    actions="dashboards/board_actions.html",
    action_values=board_values,
    shows_without_data=True,
    files=("dashboards/dashboards.css", "dashboards/dashboards.js", "dashboards/arranging.js"),
)


def urls() -> list[URLPattern]:
    return [BOARDS.urls(), BOARD.urls(), path("dashboards/<str:dashboard_id>", open_board, name="open_dashboard")]
