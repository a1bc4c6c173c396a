"""`/o/server-stats/*`: for every member, of the applications that he may read."""

from typing import Any

from django.http.response import HttpResponseBase

from apps.accounts.access import readable_applications
from apps.accounts.actions import Call
from apps.core.answers import output
from apps.core.api_view import Refusal
from plugins.server_stats import documents, figures

NO_APPLICATIONS = "User does not have apps"
ALL = "all-apps"
NATURAL = "natural-dp"  # without those that came from another application


def show_data_points(call: Call) -> HttpResponseBase:
    selected = _selected(call)
    ids = {selected} if selected else _own(call)
    if call.member.global_admin and not selected:
        ids.add(documents.CONSOLIDATED)
    found = figures.totals(ids, figures.span_of(call.parameters.get("period")))
    if selected:
        answer: dict[str, Any] = {selected: found.get(selected, figures.nothing())}
        if not call.member.global_admin:
            answer = {ALL: answer[selected], **answer}
        return output(answer)
    consolidated = found.pop(documents.CONSOLIDATED, None)
    answer = {ALL: figures.summed(found.values()), **found}
    if consolidated is not None:
        everything = answer[ALL]
        answer[ALL] = {name: number - consolidated[name] for name, number in everything.items()}
        answer |= {documents.CONSOLIDATED: consolidated, NATURAL: everything}
    return output(answer)


def show_top(call: Call) -> HttpResponseBase:
    return output(figures.top(_own(call)))


def show_punch_card(call: Call) -> HttpResponseBase:
    selected = _selected(call)
    return output(
        figures.punch_card({selected} if selected else _own(call), figures.span_of(call.parameters.get("period")))
    )


def _own(call: Call) -> set[str]:
    """Raises Refusal when there are none."""
    ids = {application.id for application in readable_applications(call.member)}
    if not ids and not call.member.global_admin:
        raise Refusal(401, NO_APPLICATIONS)
    return ids


def _selected(call: Call) -> str:
    """ "" when none is selected. Raises Refusal for one that the member may not read."""
    selected = call.parameters.get("selected_app")
    if not selected:
        return ""
    if selected == documents.CONSOLIDATED and call.member.global_admin:
        return documents.CONSOLIDATED
    if not isinstance(selected, str) or selected not in _own(call):
        raise Refusal(401, NO_APPLICATIONS)
    return selected
