"""Forms on screens: which action a form asks for, who may do it, and what people read afterwards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect

from apps.core.api_view import Refusal
from apps.shell.visits import Visit


@dataclass(frozen=True, slots=True)
class Done:
    text: str  # for people
    address: str = ""  # where to go; "" is the same screen again


@dataclass(frozen=True, slots=True)
class FormAction:
    may: Callable[[Visit], bool]
    #: May raise Refusal: its sentence is shown. None shows the screen again, with what was sent and is wrong.
    run: Callable[[Visit], Done | None]


def post_of(actions: Mapping[str, FormAction]) -> Callable[[Visit], HttpResponse | None]:
    """For `Screen.post`: the field `action` of the form names one of the actions."""

    def post(visit: Visit) -> HttpResponse | None:
        action = actions.get(visit.request.POST.get("action", ""))
        if action is None:
            raise Http404("No such action")
        if not action.may(visit):
            raise PermissionDenied
        here = visit.request.get_full_path()
        try:
            done = action.run(visit)
        except Refusal as refusal:
            messages.error(visit.request, refusal.message)
            return HttpResponseRedirect(here)
        if done is None:
            return None
        messages.success(visit.request, done.text)
        return HttpResponseRedirect(done.address or here)

    return post


def with_right(letter: str, feature: str) -> Callable[[Visit], bool]:
    return lambda visit: visit.may(letter, feature)
