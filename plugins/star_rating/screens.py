"""What users think: overview, comments, widgets. The screens of a single widget are in `widget_screens`."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from apps.analytics.computations import compared
from apps.shell.charts import Series, time_chart
from apps.shell.parts import Block, Empty, Figures, Part, TimeChart, tile_of
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table, TableQuery
from apps.shell.time_parts import bucket_title, steps_of
from apps.shell.visits import Visit
from plugins.star_rating import documents, feedback, figures, widget_screens, widgets
from plugins.star_rating.figures import Filter

BASE = "applications/<str:application_id>/feedback/ratings"
FEATURE = "star_rating"


def overview(visit: Visit) -> list[Part]:
    tree = figures.read(visit.question)
    chosen = _filter_of(visit)
    now = figures.counts(tree, visit.question.period, chosen)
    before = figures.counts_before(tree, visit.question, chosen)
    api = visit.api("/o", method="events", event=documents.EVENT, segmentation=documents.COMBINED)
    tiles = [
        tile_of("total", _("Ratings"), compared(figures.total(now), figures.total(before))),
        tile_of("average", _("Average"), compared(figures.average(now), figures.average(before)), "decimal"),
    ]
    steps = steps_of(visit.question, visit.application.timezone)
    lines = [
        Series(str(rating), rating_title(rating), values)
        for rating, values in figures.lines(tree, visit.question.period, chosen).items()
    ]
    chart = time_chart(steps, lines, now_ms=visit.question.now_ms)
    return [
        _choices(visit, figures.choices(tree), chosen),
        Figures(id="figures", title=_("Ratings"), tiles=tiles, api=api),
        TimeChart(
            id="trend",
            title=_("Over time"),
            data=chart,
            bucket_title=bucket_title(visit.question),
            is_stacked=True,
            api=api,
        ),
        _table(now, before, api),
    ]


def comments(visit: Visit) -> list[Part]:
    since_s, until_s = visit.question.period.start_ms // 1000, visit.question.period.end_ms // 1000
    rating, widget = visit.address.get("rating"), visit.address.get("widget")

    def fetch(query: TableQuery) -> tuple[list[dict[str, Any]], int]:
        search = widget_screens.search_of(
            query,
            since_s=since_s,
            until_s=until_s,
            rating=int(rating) if rating in map(str, documents.RATINGS) else None,
            exact={"widget_id": widget} if widget else {},
            only_comments=bool(visit.address.get("said")),
        )
        rows, total = feedback.find(visit.application.id, search)
        return [comment_row(visit, row) for row in rows], total

    return [
        _comment_choices(visit),
        Table(
            id="table",
            title=_("Comments"),
            columns=comment_columns(),
            fetch=fetch,
            sort="-ts",
            search_title=_("Find in comments and addresses"),
            nothing=_("Nobody has rated in this period."),
            api=visit.api("/o/feedback/data", rating=rating or None, widget_id=widget or None),
        ),
    ]


def widget_list(visit: Visit) -> list[Part]:
    found = widgets.of_application(visit.application.id)
    if not found:
        return [
            Empty(
                id="none",
                icon="feedback",
                title=_("No widgets yet"),
                text=_("A widget is a form that asks for a rating, on a web page or in an app."),
                action=_("New widget") if visit.may("c", FEATURE) else "",
                action_link=reverse("star_rating_new", args=[visit.application.id]),
            )
        ]
    rows = [
        {
            "_key": str(widget["_id"]),
            "_href": reverse("star_rating_widget", args=[visit.application.id, str(widget["_id"])]),
            "_code": str(widget["_id"]),
            "name": widget.get("popup_header_text") or widget.get("internalName"),
            "internal": widget.get("internalName"),
            "status": _("On") if widget_screens.is_on(widget) else _("Off"),
            "pages": ", ".join(map(str, widget.get("target_pages") or [])),
            "responses": widget.get(documents.COUNT) or 0,
            "average": widgets.average(widget),
            "created": (widget.get("created_at") or 0) / 1000,
        }
        for widget in found
    ]
    columns = [
        Column("name", _("Widget"), "name"),
        Column("internal", _("Internal name"), "text"),
        Column("status", _("Status"), "text"),
        Column("pages", _("Pages"), "text"),
        Column("responses", _("Responses")),
        Column("average", _("Average"), "decimal"),
        Column("created", _("Created"), "moment"),
    ]
    api = visit.api("/o/feedback/widgets", period=None)
    return [Table(id="table", title=_("Widgets"), columns=columns, rows=rows, sort="-created", api=api)]


def comment_columns() -> list[Column]:
    return [
        Column("comment", _("Comment"), "name"),
        Column("rating", _("Rating")),
        Column("email", _("E-mail"), "text"),
        Column("ts", _("Time"), "moment"),
        Column("platform", _("Platform"), "text", is_sortable=False),
        Column("app_version", _("Version"), "text", is_sortable=False),
    ]


def comment_row(visit: Visit, row: dict[str, Any]) -> dict[str, Any]:
    """The comment leads to the profile of whoever made it, for members who may see that."""
    uid = str(row.get("uid") or "")
    sees_users = bool(uid) and visit.may("r", "core")
    return {
        "_key": str(row["_id"]),
        "_href": reverse("user_profile", args=[visit.application.id, uid]) if sees_users else "",
        "comment": _("No comment") if row.get("comment") == documents.NO_COMMENT else row.get("comment"),
        "rating": row.get("rating"),
        "email": "" if row.get("email") == documents.NO_EMAIL else row.get("email"),
        "ts": row.get("ts"),
        "platform": _known(row.get("platform")),
        "app_version": _known(row.get("app_version")),
    }


def rating_title(rating: int) -> str:
    return ngettext("%(number)s star", "%(number)s stars", rating) % {"number": rating}


def _table(now: figures.Counts, before: figures.Counts, api: str) -> Table:
    number = figures.total(now)
    rows = [
        {
            "_key": str(rating),
            "name": rating_title(rating),
            "count": count,
            "before": before[rating],
            "percent": round(100 * count / number, 2) if number else 0,
        }
        for rating, count in now.items()
    ]
    columns = [
        Column("name", _("Rating"), "name", is_sortable=False),
        Column("count", _("Count")),
        Column("before", _("Before")),
        Column("percent", pgettext("part of the whole", "Share"), "bar"),
    ]
    return Table(id="table", title=_("By rating"), columns=columns, rows=rows, is_searchable=False, api=api)


def _filter_of(visit: Visit) -> Filter:
    rating = visit.address.get("rating")
    return Filter(
        platform=visit.address.get("platform"),
        version=visit.address.get("version"),
        widget=visit.address.get("widget"),
        rating=int(rating) if rating in map(str, documents.RATINGS) else 0,
    )


def _choices(visit: Visit, versions: dict[str, list[str]], chosen: Filter) -> Block:
    platforms = {name: _known(name) or _("Unknown") for name in versions}
    of_platform = (
        versions.get(chosen.platform, [])
        if chosen.platform
        else sorted({one for all_ in versions.values() for one in all_})
    )
    named = {version: (_known(version) or _("Unknown")).replace(":", ".") for version in of_platform}
    groups = [
        _group(visit, "widget", _("Widget"), _widget_names(visit), chosen.widget),
        _group(visit, "platform", _("Platform"), platforms, chosen.platform, also_forgets="version"),
        _group(visit, "version", _("Version"), named, chosen.version),
        _group(visit, "rating", _("Rating"), _rating_names(), str(chosen.rating or "")),
    ]
    return Block(id="choices", file="star_rating/choices.html", values={"groups": groups})


def _comment_choices(visit: Visit) -> Block:
    groups = [
        _group(visit, "widget", _("Widget"), _widget_names(visit), visit.address.get("widget")),
        _group(visit, "rating", _("Rating"), _rating_names(), visit.address.get("rating")),
        _group(visit, "said", _("Comment"), {"1": _("With a comment")}, visit.address.get("said")),
    ]
    return Block(id="choices", file="star_rating/choices.html", values={"groups": groups})


def _group(
    visit: Visit, name: str, title: str, options: dict[str, str], chosen: str, *, also_forgets: str = ""
) -> dict[str, Any]:
    forgets: dict[str, object] = dict.fromkeys(("page", also_forgets) if also_forgets else ("page",))
    every = {"title": _("All"), "link": visit.address.link({**forgets, name: None}), "is_current": not chosen}
    return {
        "id": f"choose-{name}",
        "title": title,
        "current": options.get(chosen, chosen) if chosen else _("All"),
        "options": [
            every,
            *(
                {"title": shown, "link": visit.address.link({**forgets, name: value}), "is_current": value == chosen}
                for value, shown in options.items()
            ),
        ],
    }


def _widget_names(visit: Visit) -> dict[str, str]:
    return {
        str(one["_id"]): str(one.get("internalName") or one.get("popup_header_text") or one["_id"])
        for one in widgets.of_application(visit.application.id)
    }


def _rating_names() -> dict[str, str]:
    return {str(rating): rating_title(rating) for rating in documents.RATINGS}


def _known(value: object) -> str:
    return "" if value in (None, documents.UNDEFINED) else str(value)


OVERVIEW = Screen(name="star_rating", route=BASE, title=gettext_lazy("Ratings"), feature=FEATURE, build=overview)
COMMENTS = Screen(
    name="star_rating_comments",
    route=f"{BASE}/comments",
    title=gettext_lazy("Comments"),
    feature=FEATURE,
    build=comments,
)
WIDGETS = Screen(
    name="star_rating_widgets",
    route=f"{BASE}/widgets",
    title=gettext_lazy("Rating widgets"),
    feature=FEATURE,
    build=widget_list,
    has_period=False,
    shows_without_data=True,
    actions="star_rating/list_actions.html",
    action_values=lambda visit: {
        "may_create": visit.may("c", FEATURE),
        "new": reverse("star_rating_new", args=[visit.application.id]),
    },
)
ALL = (OVERVIEW, COMMENTS, WIDGETS, *widget_screens.ALL)
