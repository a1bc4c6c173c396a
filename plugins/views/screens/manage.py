"""Names of views, deletion of several at once, and segments that are not counted."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.api_view import Refusal
from apps.core.client_address import accountable_address
from apps.shell.forms import Done, FormAction, post_of, with_right
from apps.shell.parts import Block, Empty, Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from plugins.views import administration, documents, endpoints, queries, removal

PAGE_SIZE = 50
NAME_FIELD = "name-"  # in front of the id of a view


def build(visit: Visit) -> list[Part]:
    names = sorted(queries.names(visit.application.id).values(), key=lambda name: name.shown.casefold())
    if not names:
        return [
            Empty(
                id="none",
                icon="views",
                title=_("No views yet"),
                text=_("They can be named as soon as an SDK has sent some."),
            )
        ]
    search = visit.address.get("q").strip()[:200]
    wanted = search.casefold()
    found = [name for name in names if wanted in name.view.casefold() or wanted in name.display.casefold()]
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(_number(visit.address.get("page")), pages)
    link = visit.address.link
    stored = removal.registry(visit.application.id)
    return [
        Block(
            id="names",
            title=_("Names"),
            file="views/names.html",
            values={
                "names": found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
                "search": search,
                "kept": visit.address.without("q", "page"),
                "page": page,
                "pages": pages,
                "previous_link": link({"page": page - 1}) if page > 1 else "",
                "next_link": link({"page": page + 1}) if page < pages else "",
                "may_rename": visit.may("u", "views"),
                "may_delete": visit.may("d", "views"),
            },
        ),
        Block(
            id="segments",
            title=_("Segments"),
            file="views/segments.html",
            values={
                "segments": sorted(documents.segments_of(stored)),
                "omitted": sorted(documents.omitted_in(stored)),
                "may_omit": visit.may("d", "views"),
            },
        ),
    ]


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


# What forms do -----------------------------------------------------------------------------------------------------
def rename(visit: Visit) -> Done:
    sent = visit.request.POST
    asked = [field.removeprefix(NAME_FIELD) for field in sent if field.startswith(NAME_FIELD)]
    stored = queries.names(visit.application.id, administration.ids_of(asked))
    changed = {}
    for view, name in stored.items():
        wanted = sent.get(f"{NAME_FIELD}{view}", "").strip()
        if wanted != name.display:
            changed[view] = wanted
    if changed:
        administration.rename_views(visit.application.id, changed)
    number = len(changed)
    return Done(ngettext("%(number)s name was changed.", "%(number)s names were changed.", number) % {"number": number})


def delete(visit: Visit) -> Done:
    views = administration.ids_of(visit.request.POST.getlist("view")[: administration.MAX_AT_ONCE])
    if not views:
        raise Refusal(400, _("Mark the views that shall be deleted."))
    removal.delete_views(visit.application.id, views)
    number = len(views)
    text = ngettext("%(number)s view was deleted.", "%(number)s views were deleted.", number)
    return Done(text % {"number": number})


def omit(visit: Visit) -> Done:
    segments = visit.request.POST.getlist("segment")[: administration.MAX_AT_ONCE]
    known = documents.segments_of(removal.registry(visit.application.id))
    if not segments or not all(name in known and administration.is_segment(name) for name in segments):
        raise Refusal(400, _("Mark the segments that shall not be counted."))
    address = accountable_address(visit.request)
    endpoints.omit_segments(visit.application.id, segments, visit.member, address)
    return Done(_("The segments are not counted any more."))


MANAGE = Screen(
    name="manage_views",
    route="applications/<str:application_id>/views/manage",
    title=gettext_lazy("Manage views"),
    hint=gettext_lazy("What views are called, which of them go, and which segments are not counted."),
    feature="views",
    build=build,
    post=post_of(
        {
            "rename": FormAction(with_right("u", "views"), rename),
            "delete": FormAction(with_right("d", "views"), delete),
            "omit": FormAction(with_right("d", "views"), omit),
        }
    ),
    has_period=False,
    shows_without_data=True,
)
