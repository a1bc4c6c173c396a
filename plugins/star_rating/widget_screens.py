"""One widget: how it does, what it looks like, and the form in which it is made and changed."""

import secrets
from collections.abc import Mapping
from typing import Any

from bson import ObjectId
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.api_view import Refusal
from apps.core.client_address import accountable_address
from apps.core.client_queries import InvalidQuery
from apps.core.texts import Text
from apps.plugin_api import audit, public_address
from apps.shell.forms import Done, FormAction, post_of, with_right
from apps.shell.parts import Block, Figures, Part, Tile
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table, TableQuery
from apps.shell.visits import Visit
from plugins.star_rating import documents, feedback, pictures, targeting, widget_fields, widgets
from plugins.star_rating.feedback import Search

BASE = "applications/<str:application_id>/feedback/ratings/widgets"
FEATURE = "star_rating"
TEXTS: dict[str, Text] = {
    "internalName": gettext_lazy("Internal name"),
    "popup_header_text": gettext_lazy("Question"),
    "popup_comment_callout": gettext_lazy("Asked for a comment"),
    "popup_email_callout": gettext_lazy("Asked for an e-mail address"),
    "popup_button_callout": gettext_lazy("Button of the form"),
    "popup_thanks_message": gettext_lazy("Thanks"),
    "trigger_button_text": gettext_lazy("Button on the page"),
    "finalText": gettext_lazy("Sentence of the consent"),
}
COLORS: dict[str, Text] = {
    "trigger_bg_color": gettext_lazy("Color of the button"),
    "trigger_font_color": gettext_lazy("Color of its text"),
}
CHOICES: dict[str, tuple[Text, dict[str, Text]]] = {
    "rating_symbol": (
        gettext_lazy("Symbols"),
        {"emojis": gettext_lazy("Faces"), "stars": gettext_lazy("Stars"), "thumbs": gettext_lazy("Thumbs")},
    ),
    "trigger_position": (
        gettext_lazy("Place of the button"),
        {
            "mleft": gettext_lazy("Left, in the middle"),
            "mright": gettext_lazy("Right, in the middle"),
            "bleft": gettext_lazy("Left, at the bottom"),
            "bright": gettext_lazy("Right, at the bottom"),
        },
    ),
    "trigger_size": (
        gettext_lazy("Size of the button"),
        {"s": gettext_lazy("Small"), "m": gettext_lazy("Medium"), "l": gettext_lazy("Large")},
    ),
}
POLICIES: dict[str, Text] = {
    "afterPageLoad": gettext_lazy("When the page has been loaded"),
    "afterConstantDelay": gettext_lazy("Some seconds later"),
    "onScrollHalfwayDown": gettext_lazy("When the user has scrolled halfway down"),
    "onAbandon": gettext_lazy("When the user is about to leave the page"),
}
CHOICES["showPolicy"] = (gettext_lazy("When the form shows itself"), POLICIES)
PROPERTY_TITLES: dict[str, Text] = {
    "cc": gettext_lazy("Country"),
    "la": gettext_lazy("Language"),
    "p": gettext_lazy("Operating system"),
    "pv": gettext_lazy("Version of the system"),
    "av": gettext_lazy("Version of the app"),
    "d": gettext_lazy("Device"),
    "cty": gettext_lazy("City"),
}
MOST_LINKS = 5
FLAGS: dict[str, Text] = {
    "status": gettext_lazy("Shown"),
    "comment_enable": gettext_lazy("Ask for a comment"),
    "contact_enable": gettext_lazy("Ask for an e-mail address"),
    "hide_sticker": gettext_lazy("No button: the site opens the form itself"),
    "consent": gettext_lazy("Ask for consent first"),
}
DEVICES: dict[str, Text] = {
    "desktop": gettext_lazy("Computers"),
    "phone": gettext_lazy("Phones"),
    "tablet": gettext_lazy("Tablets"),
}


def is_on(widget: Mapping[str, Any]) -> bool:
    """Old widgets have `is_active` alone."""
    return widget_fields.is_true(widget.get("status", widget.get("is_active")))


def search_of(query: TableQuery, **narrowed: Any) -> Search:
    """Ratings that a table shows; `narrowed`: further fields of the search."""
    return Search(
        text=query.search,
        sort=query.sort,
        is_descending=query.descending,
        start=query.offset,
        length=query.size,
        **narrowed,
    )


def show(visit: Visit) -> list[Part]:
    widget = _widget(visit)
    count, shown = widget.get(documents.COUNT) or 0, widget.get(documents.SHOWN) or 0
    note = _("since it was made")
    tiles = [
        Tile(id="shown", title=_("Times shown"), value=shown, note=note),
        Tile(id="responses", title=_("Responses"), value=count, note=note),
        Tile(id="rate", title=_("Response rate"), value=100 * count / shown if shown else 0, kind="percent", note=note),
        Tile(id="average", title=_("Average"), value=widgets.average(widget), kind="decimal", note=note),
    ]
    widget_id = str(widget["_id"])

    def fetch(query: TableQuery) -> tuple[list[dict[str, Any]], int]:
        rows, total = feedback.find(visit.application.id, search_of(query, exact={"widget_id": widget_id}))
        return [
            {
                "_key": str(row["_id"]),
                "comment": _("No comment") if row.get("comment") == documents.NO_COMMENT else row.get("comment"),
                "rating": row.get("rating"),
                "email": "" if row.get("email") == documents.NO_EMAIL else row.get("email"),
                "ts": row.get("ts"),
            }
            for row in rows
        ], total

    columns = [
        Column("comment", _("Comment"), "name"),
        Column("rating", _("Rating")),
        Column("email", _("E-mail"), "text"),
        Column("ts", _("Time"), "moment"),
    ]
    return [
        Figures(
            id="figures",
            title=_("All time"),
            tiles=tiles,
            api=visit.api("/o/feedback/widget", widget_id=widget_id, period=None),
        ),
        Block(id="widget", file="star_rating/widget.html", values=_about(visit, widget)),
        Table(
            id="table",
            title=_("Ratings"),
            columns=columns,
            fetch=fetch,
            sort="-ts",
            nothing=_("No ratings yet."),
            api=visit.api("/o/feedback/data", widget_id=widget_id, period=None),
        ),
    ]


def edit(visit: Visit) -> list[Part]:
    return [Block(id="editor", file="star_rating/editor.html", values=_form(visit, _widget(visit)))]


def new(visit: Visit) -> list[Part]:
    return [Block(id="editor", file="star_rating/editor.html", values=_form(visit, None))]


def save(visit: Visit) -> Done:
    """Makes the widget, or changes the one of the address."""
    fields = _sent(visit)
    if "widget_id" not in visit.path:
        made = widgets.create(visit.application.id, fields)
        _record(visit, "feedback_widget_created", {**made, "_id": str(made["_id"])})
        return Done(_("The widget was created."), _address(visit, str(made["_id"])))
    widget = _widget(visit)
    kept: dict[str, Any] = {}
    if targeting.to_form(widget.get("targeting"))["is_unknown"] and not fields["targeting"]:
        kept["targeting"] = widget["targeting"]  # the form cannot show it
    before = widgets.edit(visit.application.id, widget["_id"], {**fields, **kept})
    if before is None:
        raise Http404("No such widget")
    before = {**before, "_id": str(before["_id"])}
    _record(visit, "feedback_widget_edited", {"before": before, "update": {**before, **fields, **kept}})
    return Done(_("The widget was changed."), _address(visit, before["_id"]))


def switch(visit: Visit) -> Done:
    widget = _widget(visit)
    turned_on = not is_on(widget)
    widgets.switch(visit.application.id, {widget["_id"]: turned_on})
    _record(visit, "feedback_widget_status_changed", {str(widget["_id"]): turned_on})
    return Done(_("The widget is on.") if turned_on else _("The widget is off."))


def remove(visit: Visit) -> Done:
    with_data = bool(visit.request.POST.get("with_data"))
    removed = widgets.remove(visit.application.id, _widget(visit)["_id"], with_data=with_data)
    if removed is not None:
        action = "feedback_widget_removed_with_data" if with_data else "feedback_widget_removed"
        _record(visit, action, {**removed, "_id": str(removed["_id"])})
    return Done(_("The widget was removed."), reverse("star_rating_widgets", args=[visit.application.id]))


def _sent(visit: Visit) -> dict[str, Any]:
    post = visit.request.POST
    pages = [line.strip() for line in post.get("target_pages", "").splitlines() if line.strip()]
    sent: dict[str, Any] = {
        "app_id": visit.application.id,
        **{name: post.get(name, "") for name in (*TEXTS, *CHOICES)},
        **{name: post.get(name, "").lstrip("#") for name in COLORS},
        **{name: name in post for name in FLAGS},
        "target_pages": pages,
        "target_page": "selected",
        "target_devices": {name: f"device_{name}" in post for name in DEVICES},
        "ratings_texts": [text.strip() for text in post.getlist("ratings_texts")],
        "links": _links(post),
    }
    try:
        sent["targeting"] = targeting.from_form(post)
        return {**widget_fields.read(sent), **_logo(visit)}
    except (widget_fields.InvalidFields, InvalidQuery) as error:
        raise Refusal(400, str(error)) from error


def _links(post: Any) -> list[dict[str, str]]:
    pairs = zip(post.getlist("link_text"), post.getlist("link"), strict=False)
    return [{"text": text.strip(), "link": link.strip()} for text, link in pairs if link.strip()][:MOST_LINKS]


def _logo(visit: Visit) -> dict[str, Any]:
    """An uploaded one is kept under a name that nobody else has."""
    if visit.request.POST.get("without_logo"):
        return {"logo": None, "logoType": "default"}
    upload = visit.request.FILES.get("logo")
    if upload is None:
        return {}
    name = f"{secrets.token_hex(12)}.png"
    if (upload.size or 0) > pictures.MAX_BYTES:
        raise Refusal(400, _("The picture is too large."))
    try:
        pictures.store(documents.LOGOS, name, upload.read())
    except pictures.TooLarge as error:
        raise Refusal(400, _("The picture is too large.")) from error
    except pictures.NotAPicture as error:
        raise Refusal(400, _("The logo is a PNG, GIF or JPEG.")) from error
    return {"logo": name, "logoType": "custom"}


def _form(visit: Visit, widget: dict[str, Any] | None) -> dict[str, Any]:
    shown = widget or {**widget_fields.new_widget(), "status": True, "comment_enable": True}
    devices = shown.get("target_devices")
    devices = devices if isinstance(devices, dict) else {}
    back = (
        _address(visit, str(widget["_id"])) if widget else reverse("star_rating_widgets", args=[visit.application.id])
    )
    stored_texts = shown.get("ratings_texts")
    is_whole = isinstance(stored_texts, list) and len(stored_texts) == len(widget_fields.RATING_TEXTS)
    rating_texts: list[Any] = stored_texts if is_whole else widget_fields.RATING_TEXTS  # type: ignore[assignment]
    links = [one for one in shown.get("links") or [] if isinstance(one, Mapping)]
    return {
        "back": back,
        "rating_texts": [{"rating": number, "text": text} for number, text in enumerate(rating_texts, 1)],
        "links": [
            {"number": number, "text": one.get("text", ""), "link": one.get("link", "")}
            for number, one in enumerate([*links, *[{}] * MOST_LINKS][: max(2, min(len(links) + 1, MOST_LINKS))])
        ],
        "has_logo": bool(shown.get("logo")),
        "targeting": _targeting(shown.get("targeting")),
        "texts": [
            {"name": name, "title": title, "value": shown.get(name) or "", "is_required": name == "popup_header_text"}
            for name, title in TEXTS.items()
        ],
        "colors": [
            {"name": name, "title": title, "value": f"#{str(shown.get(name) or '').lstrip('#')}"}
            for name, title in COLORS.items()
        ],
        "choices": [
            {
                "name": name,
                "title": title,
                "options": [
                    {"value": value, "title": text, "is_chosen": shown.get(name) == value}
                    for value, text in options.items()
                ],
            }
            for name, (title, options) in CHOICES.items()
        ],
        "flags": [
            {"name": name, "title": title, "is_set": is_on(shown) if name == "status" else _is_set(shown, name)}
            for name, title in FLAGS.items()
        ],
        "devices": [
            {"name": name, "title": title, "is_set": widget_fields.is_true(devices.get(name, True))}
            for name, title in DEVICES.items()
        ],
        "pages": "\n".join(map(str, shown.get("target_pages") or ["/"])),
    }


def _targeting(stored: Any) -> dict[str, Any]:
    found = targeting.to_form(stored)
    nothing = {"property": "", "is_not": False, "values": ""}
    conditions = [*found["conditions"], *[nothing] * targeting.CONDITIONS][: targeting.CONDITIONS]
    return {
        **found,
        "conditions": [
            {
                **one,
                "number": number,
                "properties": [
                    {"key": key, "title": title, "is_chosen": key == one["property"]}
                    for key, title in PROPERTY_TITLES.items()
                ],
            }
            for number, one in enumerate(conditions)
        ],
    }


def _is_set(widget: Mapping[str, Any], name: str) -> bool:
    return widget_fields.is_true(widget.get(name))


def _about(visit: Visit, widget: dict[str, Any]) -> dict[str, Any]:
    widget_id = str(widget["_id"])
    return {
        "name": widget.get("popup_header_text") or widget.get("internalName") or widget_id,
        "id": widget_id,
        "is_on": is_on(widget),
        "preview": f"{reverse('star_rating_popup')}?widget_id={widget_id}&preview=1",
        "address": public_address.link(f"{reverse('star_rating_popup')}?widget_id={widget_id}"),
        "edit": reverse("star_rating_edit", args=[visit.application.id, widget_id]),
        "may_change": visit.may("u", FEATURE),
        "may_remove": visit.may("d", FEATURE),
    }


def _widget(visit: Visit) -> dict[str, Any]:
    key: ObjectId | None = documents.widget_key(visit.path.get("widget_id"))
    found = widgets.of_application_by_id(visit.application.id, key) if key is not None else None
    if found is None:
        raise Http404("No such widget")
    return found


def _address(visit: Visit, widget_id: str) -> str:
    return reverse("star_rating_widget", args=[visit.application.id, widget_id])


def _record(visit: Visit, action: str, data: Mapping[str, Any]) -> None:
    address = accountable_address(visit.request)
    audit.record(action, data, member=visit.member, application_id=visit.application.id, address=address)


ONE = Screen(
    name="star_rating_widget",
    route=f"{BASE}/<str:widget_id>",
    entry="star_rating_widgets",
    title=gettext_lazy("Rating widget"),
    feature=FEATURE,
    build=show,
    post=post_of(
        {
            "switch": FormAction(with_right("u", FEATURE), switch),
            "remove": FormAction(with_right("d", FEATURE), remove),
        }
    ),
    has_period=False,
    shows_without_data=True,
)
EDIT = Screen(
    name="star_rating_edit",
    route=f"{BASE}/<str:widget_id>/edit",
    entry="star_rating_widgets",
    title=gettext_lazy("Change the widget"),
    feature=FEATURE,
    letter="u",
    build=edit,
    post=post_of({"save": FormAction(with_right("u", FEATURE), save)}),
    has_period=False,
    shows_without_data=True,
)
NEW = Screen(
    name="star_rating_new",
    route=f"{BASE}/new",
    entry="star_rating_widgets",
    title=gettext_lazy("New widget"),
    feature=FEATURE,
    letter="c",
    build=new,
    post=post_of({"save": FormAction(with_right("c", FEATURE), save)}),
    has_period=False,
    shows_without_data=True,
)
ALL = (NEW, EDIT, ONE)  # "new" would be the id of a widget
