"""What forms of the screens do to groups; the same as the endpoints, and told to the audit log alike."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.api_view import Refusal
from apps.core.client_address import accountable_address
from apps.plugin_api import audit
from apps.shell.forms import Done, FormAction, with_right
from apps.shell.visits import Visit
from plugins.crashes import comments, deletion, states
from plugins.crashes.endpoints import FEATURE, MOST_GROUPS
from plugins.crashes.states import Change

#: Name of the form's action -> action of the audit log, and what it changes.
CHANGES: dict[str, tuple[str, Change]] = {
    "resolve": ("crash_resolved", states.resolve),
    "unresolve": ("crash_unresolved", states.unresolve),
    "resolving": ("crash_resolving", states.resolving),
    "hide": ("crash_hidden", states.hide),
    "show": ("crash_shown", states.show),
}


def chosen(visit: Visit) -> list[str]:
    """The group of the page, or those that were ticked in the list."""
    if group_id := visit.path.get("group"):
        return [str(group_id)]
    ids = list(dict.fromkeys(visit.request.POST.getlist("selected")))[:MOST_GROUPS]
    if not ids:
        raise Refusal(400, _("Tick the crashes first."))
    return ids


def changing(name: str) -> Callable[[Visit], Done]:
    def run(visit: Visit) -> Done:
        action, change = CHANGES[name]
        groups = states.change(visit.application.id, chosen(visit), change)
        for each in groups:
            tell(visit, action, {"crash_id": each})
        return Done(_("%(number)s changed.") % {"number": len(groups)})

    return run


def delete(visit: Visit) -> Done:
    groups = deletion.delete_groups(visit.application.id, chosen(visit))
    for group in groups:
        told = {name: group.get(name) for name in ("_id", "name", "os", "reports", "users", "latest_version")}
        tell(visit, "crash_deleted", told)
    address = reverse("crashes", args=[visit.application.id]) if visit.path.get("group") else ""
    return Done(_("%(number)s deleted, with all reports.") % {"number": len(groups)}, address)


def share(visit: Visit) -> Done:
    group_id = chosen(visit)[0]
    shown = {name: name in visit.request.POST for name in states.SHARED_PARTS}
    if not states.share(visit.application.id, group_id):
        raise Http404("No such group of crashes")
    states.modify_share(visit.application.id, group_id, shown)
    tell(visit, "crash_shared", {"crash_id": group_id, "data": shown})
    return Done(_("Everybody who knows the address can see it now."))


def unshare(visit: Visit) -> Done:
    group_id = chosen(visit)[0]
    if not states.unshare(visit.application.id, group_id):
        raise Http404("No such group of crashes")
    tell(visit, "crash_unshared", {"crash_id": group_id})
    return Done(_("The address leads nowhere any more."))


def add_comment(visit: Visit) -> Done:
    text = visit.request.POST.get("text", "").strip()
    if not text:
        raise Refusal(400, _("Write something first."))
    group_id = chosen(visit)[0]
    try:
        comment = comments.add(visit.application.id, group_id, text, clock.now_s(), visit.member)
    except comments.TooMany as error:
        raise Refusal(400, _("There is no room for more comments.")) from error
    if comment is None:
        raise Http404("No such crash")
    tell(visit, "crash_added_comment", {"crash_id": group_id, **comment})
    return Done(_("The comment was added."))


def edit_comment(visit: Visit) -> Done:
    text, group_id = visit.request.POST.get("text", "").strip(), chosen(visit)[0]
    comment_id = visit.request.POST.get("id", "")
    try:
        before = comments.edit(visit.application.id, group_id, comment_id, text, clock.now_s(), visit.member)
    except comments.TooMany as error:
        raise Refusal(400, _("There is no room for more comments.")) from error
    if before is None:
        raise Refusal(403, _("This comment is somebody else's."))
    tell(visit, "crash_edited_comment", {"crash_id": group_id, "before": before, "update": {"text": text}})
    return Done(_("The comment was changed."))


def delete_comment(visit: Visit) -> Done:
    group_id = chosen(visit)[0]
    comment = comments.delete(visit.application.id, group_id, visit.request.POST.get("id", ""), visit.member)
    if comment is None:
        raise Refusal(403, _("This comment is somebody else's."))
    tell(visit, "crash_deleted_comment", {"crash_id": group_id, **comment})
    return Done(_("The comment was deleted."))


def tell(visit: Visit, action: str, data: dict[str, Any]) -> None:
    address = accountable_address(visit.request)
    audit.record(action, data, member=visit.member, application_id=visit.application.id, address=address)


_may_change = with_right("u", FEATURE)
OF_LIST = {
    **{name: FormAction(_may_change, changing(name)) for name in CHANGES},
    "delete": FormAction(with_right("d", FEATURE), delete),
}
OF_GROUP = {
    **OF_LIST,
    "share": FormAction(_may_change, share),
    "unshare": FormAction(_may_change, unshare),
    "add_comment": FormAction(with_right("c", FEATURE), add_comment),
    "edit_comment": FormAction(_may_change, edit_comment),
    "delete_comment": FormAction(with_right("d", FEATURE), delete_comment),
}
