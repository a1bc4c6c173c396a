"""Which applications are counted here as well."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import access
from apps.plugin_api import audit
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.parts import Block, Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from plugins.consolidate import sources
from plugins.consolidate.rules import BEFORE, NAMESPACE, SELECTED


def build(visit: Visit) -> list[Part]:
    chosen = set(sources.of(visit.application.id))
    return [
        Block(
            id="sources",
            title=_("Applications that are counted here as well"),
            file="consolidate/sources.html",
            values={
                "applications": [
                    {"id": one.id, "name": one.name, "is_chosen": one.id in chosen}
                    for one in access.readable_applications(visit.member)
                    if one.id != visit.application.id and access.is_app_admin(visit.member, one.id)
                ]
            },
        )
    ]


def administers(visit: Visit) -> bool:
    return access.is_app_admin(visit.member, visit.application.id)


def save(visit: Visit) -> Done:
    """Only applications that the member administers change; what others send stays."""
    readable = access.readable_applications(visit.member)
    own = {one.id for one in readable if access.is_app_admin(visit.member, one.id)} - {visit.application.id}
    selected = [one for one in visit.request.POST.getlist("application") if one in own]
    before = [one for one in sources.of(visit.application.id) if one in own]
    sources.change(visit.application.id, {SELECTED: selected, BEFORE: before})
    audit.record(
        f"plugin_{NAMESPACE}_config_updated",
        {"before": {NAMESPACE: before}, "update": {NAMESPACE: selected}},
        member=visit.member,
        application_id=visit.application.id,
    )
    return Done(_("Saved. It holds within a few seconds."))


CONSOLIDATE = Screen(
    name="consolidate",
    route="applications/<str:application_id>/manage/consolidate",
    title=gettext_lazy("Consolidate"),
    has_period=False,
    shows_without_data=True,
    build=build,
    post=post_of({"save": FormAction(administers, save)}),
)
