"""Where people are: countries on the map, cities of the application's own country."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.analytics import places, values
from apps.dashboard.screens.technology import MEASURES, estimate_hint, metric_columns, metric_table, nothing_told
from apps.shell import world
from apps.shell.parts import Breakdown, Empty, Part, PlaceMap, Switch, WorldMap
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit

ON_THE_MAP = {name: MEASURES[name] for name in ("u", "n", "t")}


def countries(visit: Visit) -> list[Part]:
    question = visit.question
    if not question.settings["country_data"]:
        return [switched_off(_("Countries are not kept"), _("The setting “country data” of this application is off."))]
    found = world.in_language(values.countries(values.read(question, "countries"), question))
    measure = Switch(id="measure", title=_("Figure on the map"), parameter="measure", options=ON_THE_MAP)
    counter = measure.chosen(visit)
    hint = estimate_hint(found) if counter == "u" else ""
    api = visit.api("/o/analytics/metric", metric="countries")
    return [
        measure,
        WorldMap(
            id="map",
            title=_("Map"),
            rows=[
                {"code": row["code"], "name": row["name"], "value": row[counter], "href": cities_of(visit, row["code"])}
                for row in found
            ],
            measure=str(MEASURES[counter]),
            hint=hint,
            width="two-thirds",
            api=api,
        ),
        Breakdown(
            id="top",
            title=_("Top countries"),
            rows=values.top(found, counter, 8),
            measure=str(MEASURES[counter]),
            hint=hint,
            width="third",
            api=api,
        ),
        Table(
            id="table",
            title=_("Countries"),
            columns=[*metric_columns(_("Country"))[:1], Column("code", _("Code"), "text"), *metric_columns("")[1:]],
            rows=[{**row, "_key": row["code"], "_href": cities_of(visit, row["code"])} for row in found],
            sort="-u",
            hint=estimate_hint(found),
            api=api,
        ),
    ]


def cities(visit: Visit) -> list[Part]:
    if not visit.question.settings["city_data"]:
        return [switched_off(_("Cities are not kept"), _("The setting “city data” of this application is off."))]
    question = visit.question
    found = values.rows(values.read(question, "cities"), question, "cities")
    if not found:
        return nothing_told(visit)
    measure = Switch(id="measure", title=_("Figure on the map"), parameter="measure", options=ON_THE_MAP)
    counter = measure.chosen(visit)
    where = places.located(visit.application.country, {row["name"]: row for row in found})
    shown = [
        {
            "name": row["name"],
            "value": row[counter],
            "latitude": where[row["name"]][0],
            "longitude": where[row["name"]][1],
        }
        for row in found
        if row["name"] in where and row[counter]
    ]
    api = visit.api("/o/analytics/metric", metric="cities")
    top = Breakdown(
        id="top",
        title=_("Top cities"),
        rows=values.top(found, counter, 8),
        measure=str(MEASURES[counter]),
        width="third" if shown else "full",
        api=api,
    )
    on_the_map = PlaceMap(
        id="map", title=_("Map"), rows=shown, measure=str(MEASURES[counter]), width="two-thirds", api=api
    )
    return [measure, *([on_the_map] if shown else []), top, metric_table(visit, "cities", _("Cities"), found)]


def cities_of(visit: Visit, country: str) -> str:
    """The address of the cities of the application's own country; of others none are kept."""
    if country != visit.application.country or not visit.question.settings["city_data"]:
        return ""
    return reverse("geo_cities", args=[visit.application.id]) + visit.period_query


def switched_off(title: str, text: str) -> Part:
    return Empty(id="off", title=title, text=text, icon="geo")


COUNTRIES = Screen(
    name="geo",
    route="applications/<str:application_id>/geo",
    title=gettext_lazy("Countries"),
    build=countries,
)
CITIES = Screen(
    name="geo_cities",
    route="applications/<str:application_id>/geo/cities",
    title=gettext_lazy("Cities"),
    hint=gettext_lazy("Of the application's own country"),
    build=cities,
)
