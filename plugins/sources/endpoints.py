"""`/o/keywords`: what people searched for before they came. `/o/sources`: what stores are called."""

from django.http import HttpResponse

from apps.accounts.actions import Call, OpenCall
from apps.analytics import computations, queries
from apps.analytics.computations import Row
from apps.analytics.reading import Reading
from apps.analytics.sections import known_values
from apps.applications import lookup
from apps.core import clock
from apps.core.answers import output
from apps.core.api_view import Refusal
from apps.plugin_api import configuration
from plugins.sources.enrichment import search_term
from plugins.sources.names import STORES


def show_keywords(call: Call) -> HttpResponse:
    """Rows of the sources that carry a search term, under the term."""
    application_id = call.parameters.get("app_id")
    application = lookup.by_id(application_id) if isinstance(application_id, str) else None
    if application is None:
        raise Refusal(400, 'Missing parameter "app_id"')
    reading = Reading(call.parameters, application, configuration.read("api", application), clock.now_ms())
    return output(keyword_rows(reading))


def keyword_rows(reading: Reading) -> list[Row]:
    period = reading.period()
    tree = queries.counter_tree("sources", reading.application.id, period)
    rows = computations.table(tree, known_values(tree, "sources"), period, ("t", "u", "n"), None)
    return [{**row, "_id": term} for row in rows if (term := search_term(row["_id"]))]


def show_stores(call: OpenCall) -> HttpResponse:
    return output(STORES)
