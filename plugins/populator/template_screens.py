"""Templates: the list, and the form in which they are made, changed and looked at."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.api_view import Refusal
from apps.core.client_address import accountable_address
from apps.plugin_api import audit
from apps.shell.forms import Done, FormAction, post_of, with_right
from apps.shell.parts import Block, Part
from apps.shell.screens import Screen
from apps.shell.tables import Column, Row, Table
from apps.shell.visits import Visit
from plugins.populator import environments, template_form, templates
from plugins.populator.documents import EDITED_BY, GENERATED_ON, IS_STOCK, LISTS, NAME, Document
from plugins.populator.endpoints import shown
from plugins.populator.notation import Unreadable
from plugins.populator.stock import STOCK
from plugins.populator.template import InvalidTemplate

BASE = "applications/<str:application_id>/populate/templates"
FEATURE = "populator"
NEW = "new"


# The list -----------------------------------------------------------------------------------------------------------
def build_list(visit: Visit) -> list[Part]:
    return [
        Table(
            id="table",
            title=_("Templates"),
            columns=[
                Column("name", _("Template"), "name"),
                Column("uniqueUserCount", _("Users")),
                Column("events", _("Events")),
                Column("views", _("Views")),
                Column("sequences", _("Sequences")),
                Column("origin", _("Made by"), "text"),
                Column("generated", _("Changed"), "moment"),
            ],
            rows=[_row(visit, one) for one in templates.everything()],
            size=25,
            api=visit.api("/o/populator/templates", period=None),
        )
    ]


def _row(visit: Visit, found: Document) -> Row:
    template_id = str(found["_id"])
    return {
        "_key": template_id,
        "_href": reverse(TEMPLATE.name, args=[visit.application.id, template_id]),
        "name": found.get(NAME),
        "uniqueUserCount": found.get("uniqueUserCount"),
        **{name: len(found.get(name) or ()) for name in LISTS if name != "users"},
        "origin": _("Tally") if template_id in STOCK else found.get(EDITED_BY) or "",
        "generated": int(found[GENERATED_ON]) // 1000 if found.get(GENERATED_ON) else None,
    }


def list_values(visit: Visit) -> dict[str, Any]:
    link = reverse(TEMPLATE.name, args=[visit.application.id, NEW])
    return {"new_link": link if visit.may("c", FEATURE) else ""}


# One template -------------------------------------------------------------------------------------------------------
def build(visit: Visit) -> list[Part]:
    """After a form that could not be saved it shows again what was typed."""
    found = _template(visit)
    may_change = visit.may("u", FEATURE) if found else True
    sent = visit.request.POST if visit.request.method == "POST" else None
    if sent is not None:
        values = template_form.typed(sent)
    else:
        try:
            values = template_form.written(found) if found else template_form.empty()
        except template_form.Unwritable:
            text = _("It has names that the form cannot show. It can be used, copied and changed through the API.")
            values, may_change = {**template_form.empty(), "problem": text}, False
    is_stock = found is not None and str(found["_id"]) in STOCK
    back = reverse(TEMPLATES.name, args=[visit.application.id])
    values = {**values, "back": back, "is_stock": is_stock, "is_fixed": is_stock or not may_change}
    return [Block(id="template", file="populator/template_form.html", values=values)]


def template_title(visit: Visit) -> str:
    found = _template(visit)
    return str(found.get(NAME)) if found else _("New template")


def template_values(visit: Visit) -> dict[str, Any]:
    found = _template(visit)
    is_stored = found is not None and str(found["_id"]) not in STOCK
    return {
        "populate_link": f"{reverse('populate', args=[visit.application.id])}?template={found['_id']}" if found else "",
        "may_copy": found is not None and visit.may("c", FEATURE),
        "may_remove": is_stored and visit.may("d", FEATURE),
        "removal": _removal(str(found["_id"]), visit.application.id) if found is not None and is_stored else "",
    }


def _removal(template_id: str, application_id: str) -> str:
    """The question before a template goes, with what goes with it: templates are the whole server's."""
    here, elsewhere = environments.count_of_template(template_id, application_id)
    if not here and not elsewhere:
        return _("Delete the template? Nothing was made with it that is kept.")
    about = {"here": here, "elsewhere": elsewhere}
    return (
        _(
            "Delete the template, with its environments: %(here)s of this application, %(elsewhere)s of others? "
            "Figures that were counted stay."
        )
        % about
    )


def save(visit: Visit) -> Done:
    found = _template(visit)
    if not visit.may("u" if found else "c", FEATURE) or (found and str(found["_id"]) in STOCK):
        raise PermissionDenied
    by = visit.member.full_name
    try:
        fields = template_form.read(visit.request.POST)
        if found is None:
            created = templates.create(fields, by)
            record(visit, "populator_template_created", shown(created))
            return Done(_("The template was made."), _address(visit, created))
        fields[IS_STOCK] = "true" if found.get(IS_STOCK) else ""
        before = templates.replace(found["_id"], fields, by)
    except templates.NameTaken as taken:
        raise Refusal(400, _("There is a template named %(name)s already.") % {"name": taken}) from taken
    except (Unreadable, InvalidTemplate) as error:
        raise Refusal(400, str(error)) from error
    if before is None:
        raise Http404("No such template")
    record(visit, "populator_template_edited", {"before": shown(before), "update": {**shown(before), **fields}})
    return Done(_("The template was saved."))


def copy(visit: Visit) -> Done:
    found = _existing(visit)
    name = templates.free_name(_("Copy of %(name)s") % {"name": found.get(NAME)})
    try:
        created = templates.create({**found, NAME: name, IS_STOCK: ""}, visit.member.full_name)
    except InvalidTemplate as error:
        raise Refusal(400, str(error)) from error
    record(visit, "populator_template_created", shown(created))
    return Done(_("The template was copied."), _address(visit, created))


def remove(visit: Visit) -> Done:
    found = _existing(visit)
    if str(found["_id"]) in STOCK:
        raise PermissionDenied
    templates.remove(found["_id"])
    record(visit, "populator_template_removed", shown(found))
    return Done(_("The template was deleted."), reverse(TEMPLATES.name, args=[visit.application.id]))


_forms = post_of(
    {
        "copy": FormAction(with_right("c", FEATURE), copy),
        "remove": FormAction(with_right("d", FEATURE), remove),
    }
)


def post(visit: Visit) -> HttpResponse | None:
    """What was typed is not lost with an error: the form is shown again."""
    if visit.request.POST.get("action") == "save":
        try:
            done = save(visit)
        except Refusal as refusal:
            messages.error(visit.request, refusal.message)
            return None
        messages.success(visit.request, done.text)
        return HttpResponseRedirect(done.address or visit.request.get_full_path())
    return _forms(visit)


def _template(visit: Visit) -> Document | None:
    """None for the one that is about to be made."""
    template_id = str(visit.path["template_id"])
    if template_id == NEW:
        if not visit.may("c", FEATURE):
            raise PermissionDenied
        return None
    found = templates.find(template_id)
    if found is None:
        raise Http404("No such template")
    return found


def _existing(visit: Visit) -> Document:
    found = _template(visit)
    if found is None:
        raise Http404("No such template")
    return found


def _address(visit: Visit, template: Document) -> str:
    return reverse(TEMPLATE.name, args=[visit.application.id, str(template["_id"])])


def record(visit: Visit, action: str, data: Document) -> None:
    address = accountable_address(visit.request)
    audit.record(action, data, member=visit.member, application_id=visit.application.id, address=address)


TEMPLATES = Screen(
    name="populator_templates",
    route=BASE,
    title=gettext_lazy("Templates"),
    hint=gettext_lazy("What made-up users are like, and what they do."),
    feature=FEATURE,
    build=build_list,
    has_period=False,
    shows_without_data=True,
    actions="populator/templates_actions.html",
    action_values=list_values,
)
TEMPLATE = Screen(
    name="populator_template",
    entry="populator_templates",
    route=f"{BASE}/<str:template_id>",
    title=gettext_lazy("Template"),
    title_of=template_title,
    feature=FEATURE,
    build=build,
    has_period=False,
    shows_without_data=True,
    actions="populator/template_actions.html",
    action_values=template_values,
    post=post,
    files=("populator/populator.css",),
)
SCREENS = (TEMPLATES, TEMPLATE)
