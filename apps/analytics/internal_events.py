"""`/o/internal-events`: the reserved keys that mean something to this server."""

from django.http import HttpResponse

from apps.accounts import callers
from apps.accounts.actions import Action, Call
from apps.aggregation import extensions
from apps.analytics.queries import INTERNAL_PREFIX
from apps.core.answers import output

SESSION = "[CLY]_session"


def keys() -> list[str]:
    now = extensions.current()
    read_by_parts = {key for part in now.parts for key in part.triggers.events if key.startswith(INTERNAL_PREFIX)}
    return [SESSION, *sorted((now.reserved_events | read_by_parts) - {SESSION})]


def show(call: Call) -> HttpResponse:
    return output(keys())


READS = {"": Action(callers.reader("core"), show)}
