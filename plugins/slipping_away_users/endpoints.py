"""`/o/slipping`."""

from django.http import HttpResponse

from apps.accounts.actions import Call
from apps.applications import lookup
from apps.core import client_queries, client_reads
from apps.core.answers import output
from apps.core.api_view import Refusal
from plugins.slipping_away_users.queries import periods_days, slipping_away


def show(call: Call) -> HttpResponse:
    """Global administrators may leave the application out: there are no users then."""
    application_id = call.parameters.get("app_id") or ""
    try:
        users = client_queries.read(call.parameters.get("query"))
    except client_queries.InvalidQuery as error:
        raise Refusal(400, str(error)) from error
    periods = periods_days(lookup.by_id(application_id) if application_id else None)
    with client_reads.bounded():
        return output(slipping_away(application_id, periods, users))
