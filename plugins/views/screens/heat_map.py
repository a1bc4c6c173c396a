"""Where people click on a page and how far they scroll; and the way to see that on the page itself."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from apps.accounts import tokens
from apps.applications.info import ApplicationInfo
from apps.shell import periods
from apps.shell.parts import Block, Empty, Figures, Part, Switch, Tile
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit
from plugins.views import documents, heat_maps, queries
from plugins.views.actions import CLICK
from plugins.views.heat_map_endpoint import SCRIPT_SECONDS
from plugins.views.heat_maps import CELLS, DEVICES, STEPS, Point, Wanted
from plugins.views.removal import registry
from plugins.views.visits import SCROLL

LISTED = 500
LONGEST_ADDRESS = 2_000
KINDS = {CLICK: gettext_lazy("Clicks"), SCROLL: gettext_lazy("Scrolling")}
DEVICE_TITLES = {
    "": gettext_lazy("All widths"),
    "desktop": gettext_lazy("Desktop"),
    "tablet": gettext_lazy("Tablet"),
    "phone": gettext_lazy("Phone"),
}


def build(visit: Visit) -> list[Part]:
    kind = _kinds().chosen(visit)
    views = heat_maps.ranked_views(visit.application.id, visit.question.period, kind)
    if not views:
        return [
            Empty(
                id="none",
                icon="views",
                title=_("No clicks and scrolls yet"),
                text=_("Web pages send them when their SDK calls track_clicks and track_scrolls."),
            )
        ]
    wanted = _wanted(visit, views)
    found = heat_maps.points(visit.application.id, visit.question.period, wanted)
    title = _("Clicks on %(page)s") if wanted.type == CLICK else _("Scrolling on %(page)s")
    data = {"kind": wanted.type, "shape": round(heat_maps.shape(found), 3), "points": [list(point) for point in found]}
    return [
        _choices(visit, views, wanted),
        _kinds(),
        _devices(),
        _figures(found, wanted.type),
        Block(
            id="heat-map",
            title=title % {"page": wanted.view},
            file="views/heat_map.html",
            values={"data": data, "address": _address(visit, wanted.view)},
            api=visit.api("/o/actions", view=wanted.view, actionType=wanted.type),
        ),
        _areas(found) if wanted.type == CLICK else _depths(found),
    ]


def _kinds() -> Switch:
    return Switch(id="kinds", title=_("What"), parameter="kind", options=KINDS)


def _devices() -> Switch:
    return Switch(id="devices", title=_("Width"), parameter="device", options=DEVICE_TITLES)


def _wanted(visit: Visit, views: Sequence[str]) -> Wanted:
    asked = visit.address.get("view")
    device = _devices().chosen(visit)
    platforms = _platforms(visit)
    platform = visit.address.get("platform")
    return Wanted(
        asked if asked in views else views[0],
        _kinds().chosen(visit),
        platform=platform if platform in platforms else "",
        widths=DEVICES.get(device),
    )


def _platforms(visit: Visit) -> list[str]:
    return sorted(documents.segments_of(registry(visit.application.id)).get(documents.PLATFORM, ()))


def _choices(visit: Visit, views: Sequence[str], wanted: Wanted) -> Part:
    link, platforms = visit.address.link, _platforms(visit)
    every = _("All platforms")
    return Block(
        id="choices",
        file="views/heat_map_choices.html",
        values={
            "view": wanted.view,
            "views": [
                {"title": view, "link": link({"view": view}), "is_current": view == wanted.view}
                for view in views[:LISTED]
            ],
            "platform_title": wanted.platform or every,
            "platforms": [
                {"title": one or every, "link": link({"platform": one or None}), "is_current": one == wanted.platform}
                for one in ("", *platforms)
            ]
            if platforms
            else [],
        },
    )


def _figures(found: Sequence[Point], kind: str) -> Part:
    total = sum(point.number for point in found)
    if kind == CLICK:
        places = ngettext("at %(number)s place", "at %(number)s places", len(found)) % {"number": len(found)}
        tiles = [Tile(id="clicks", title=_("Clicks"), value=total, note=places)]
    else:
        depth = sum(point.y * 100 / point.height * point.number for point in found) / total if total else 0
        tiles = [
            Tile(id="scrolls", title=_("Visits that scrolled"), value=total, note=_("in this period")),
            Tile(id="depth", title=_("Average depth"), value=round(depth, 1), kind="percent", note=_("of the page")),
        ]
    return Figures(id="figures", title=str(KINDS[kind]), tiles=tiles)


def _areas(found: Sequence[Point]) -> Part:
    total = sum(point.number for point in found)
    side = 100 // CELLS
    rows = [
        {
            "_key": f"{column}-{row}",
            "across": f"{column * side}–{(column + 1) * side} %",
            "down": f"{row * side}–{(row + 1) * side} %",
            "clicks": number,
            "share": round(number * 100 / total, 1),
        }
        for column, row, number in heat_maps.busiest(found)
    ]
    return Table(
        id="table",
        title=_("Where people click most"),
        columns=[
            Column("across", _("From the left"), "name"),
            Column("down", _("From the top"), "name"),
            Column("clicks", _("Clicks")),
            Column("share", pgettext("part of the whole", "Share"), "percent"),
        ],
        rows=rows,
        sort="-clicks",
    )


def _depths(found: Sequence[Point]) -> Part:
    rows = [
        {"_key": str(step), "depth": (step + 1) * 100 // STEPS, "share": share}
        for step, share in enumerate(heat_maps.reached(found))
    ]
    return Table(
        id="table",
        title=_("How far people scroll"),
        columns=[Column("depth", _("Depth of the page"), "percent"), Column("share", _("Visits"), "percent")],
        rows=rows if found else [],
        sort="depth",
    )


# The page itself -----------------------------------------------------------------------------------------------------
def _address(visit: Visit, view: str) -> str:
    """Where the page may be: of its view the domain that is known, else nothing to begin with."""
    domains = queries.domains(visit.application.id)
    if view.startswith(("http://", "https://")):
        return view
    return f"https://{domains[0]}{view}" if domains and view.startswith("/") else ""


def post(visit: Visit) -> HttpResponse:
    """What the window of the page is to be named. The token reads this application's heat maps and nothing else."""
    if visit.request.POST.get("action") != "open":
        raise Http404("No such action")
    address = visit.request.POST.get("address", "").strip()[:LONGEST_ADDRESS]
    if not _is_page(address):
        return JsonResponse({"error": _("This is no address of a web page.")}, status=400)
    token = tokens.create(
        str(visit.member.pk),
        ttl_seconds=SCRIPT_SECONDS,
        applications=[visit.application.id],
        endpoints=["^/o/actions/?$"],
        purpose="heatmap",
        is_temporary=True,
    )
    passed = _passed(visit, visit.application, token)
    answer = JsonResponse({"address": address, "name": "cly:" + orjson.dumps(passed).decode()})
    answer["Cache-Control"] = "no-store"
    return answer


def _is_page(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def _passed(visit: Visit, application: ApplicationInfo, token: str) -> dict[str, Any]:
    device = _devices().chosen(visit)
    widths = {
        name: orjson.dumps({"minWidth": least, "maxWidth": most}).decode() for name, (least, most) in DEVICES.items()
    }
    return {
        "app_key": application.key,
        "token": token,
        "purpose": "heatmap",
        "url": visit.origin,
        "period": visit.choice.key,
        "kind": _kinds().chosen(visit),
        "device": widths.get(device, ""),
        "kinds": [[name, str(title)] for name, title in KINDS.items()],
        "devices": [[widths.get(name, ""), str(title)] for name, title in DEVICE_TITLES.items()],
        "periods": [[name, str(title)] for name, title in {visit.choice.key: visit.dates, **periods.STANDARD}.items()],
        "texts": {
            "kind": _("What"),
            "device": _("Width"),
            "period": _("Period"),
            "loading": _("Loading…"),
            "failed": _("The figures could not be read."),
            "close": _("Close"),
        },
    }


class HeatMapScreen(Screen):
    def _show(self, request: HttpRequest, application: ApplicationInfo | None = None, **path: Any) -> HttpResponse:
        response = super()._show(request, application, **path)
        # A window that was opened from here must keep its name when it goes to another site: that is how the page
        # there learns what to show.
        response["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"
        return response


HEAT_MAP = HeatMapScreen(
    name="heat_map",
    route="applications/<str:application_id>/views/heat-map",
    title=gettext_lazy("Heat maps"),
    feature="views",
    build=build,
    post=post,
    files=("views/heat_map.css", "views/heat_map_drawing.js", "views/heat_map.js"),
)
