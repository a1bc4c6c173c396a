"""Everything that a plugin can offer."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from apps.accounts import callers
from apps.accounts.actions import ENDPOINTS, Action, Call, OpenAction, OpenCall
from apps.aggregation import documents as counters
from apps.aggregation import removal, user_data
from apps.aggregation.extensions import COUNTED_EVENTS, ENRICHMENTS, PARTS, Enrichment
from apps.aggregation.metrics import METRICS, Metric
from apps.analytics import methods, metrics
from apps.analytics.reading import Reading
from apps.applications.data import APPLICATION_DATA
from apps.applications.own_settings import MAY_SET, SETTINGS_HANDLERS, InvalidSettings
from apps.applications.places import TYPES
from apps.core import schema
from apps.core.answers import output
from apps.plugin_api import checkup, signals, widgets
from apps.plugin_api.audit import ACTIONS
from apps.plugin_api.configuration import Described
from apps.plugin_api.copies import COPIES
from apps.plugin_api.demo_data import DEMO_DATA, DemoData
from apps.plugin_api.descriptions import DESCRIPTIONS
from apps.plugin_api.descriptions import Described as DescribedEndpoint
from apps.plugin_api.happenings import HAPPENINGS, ONLINE_FIELDS, Happening, OnlineField
from apps.plugin_api.jobs import JOBS, Job
from apps.plugin_api.menu import MENU, MenuEntry
from apps.plugin_api.offers import Offers
from apps.plugin_api.pages import PAGES, Pages
from apps.plugin_api.places import PLACES, Place, Places
from apps.plugin_api.profile_tabs import PROFILE_TABS, ProfileTab
from apps.plugin_api.sdk_methods import SDK_METHODS, FetchingUser, SdkMethod
from apps.shell.named_periods import NAMED_PERIODS, NamedPeriod, NamedPeriods
from apps.tasks.kinds import KINDS, Data, Kind
from tests.dummy_plugin import documents
from tests.dummy_plugin.counting import SeenUsers, enrich

heard: list[dict[str, Any]] = []


def make(plugin: Offers) -> None:
    counters.register_counters(documents.COUNTERS)
    schema.register_collection(documents.TALLIES)
    schema.register_application_collection(documents.USERS_PREFIX)

    plugin.add(ENDPOINTS, "/i/dummy/save", Action(callers.creator("dummy"), save))
    plugin.add(ENDPOINTS, "/o/dummy", OpenAction(public))
    plugin.add(DESCRIPTIONS, "/i/dummy/save", DescribedEndpoint("Dummy", "Save"))
    plugin.add(DESCRIPTIONS, "/o/dummy", DescribedEndpoint("Dummy", "Read"))
    plugin.add(methods.METHODS, "dummy", methods.ReadMethod(read, feature="dummy"))
    plugin.add(metrics.METRICS, "dummies", metrics.Metric(documents.COUNTERS, documents.FIELD))
    plugin.add(SDK_METHODS, "dummy", SdkMethod(fetch))
    plugin.add(PAGES, "dummy", Pages([path("dummy/page", page, name="dummy")]))
    plugin.add(MENU, "dummy", MenuEntry("Dummy", "dummy", "manage", "gear"))

    plugin.add(
        METRICS, "dummies", Metric("dummy", documents.COUNTERS, "dummies", lambda raw: str(raw.get("_dummy", "")))
    )
    plugin.add(ENRICHMENTS, "dummy", Enrichment(enrich, frozenset({"dummy"})))
    plugin.add(COUNTED_EVENTS, documents.EVENT, True)
    plugin.add(PARTS, "dummy", SeenUsers())

    plugin.add(APPLICATION_DATA, "dummies", removal.of_counters("dummies", documents.COUNTERS, documents.TALLIES))
    plugin.add(
        user_data.USER_DATA, "dummy", user_data.of_collection("dummies", documents.USERS_PREFIX, feature="dummy")
    )
    plugin.add(SETTINGS_HANDLERS, "dummy", check_settings)
    plugin.add(MAY_SET, "dummy", lambda member, sent: not sent.get("forbidden"))
    plugin.add(COPIES, "dummy", lambda stored: [])

    plugin.add(HAPPENINGS, "dummy", Happening("Dummy", lambda said: str(said.get("name", ""))))
    plugin.add(ONLINE_FIELDS, "dummy", OnlineField("Dummy"))
    plugin.add(widgets.HOME_WIDGETS, "dummy", widgets.HomeWidget("Dummy", "dummy.html", figures))
    plugin.add(widgets.DASHBOARD_WIDGETS, "dummy", widgets.DashboardWidget("Dummy", lambda widget, applications: {}))
    plugin.add(widgets.REPORT_SECTIONS, "dummy", widgets.ReportSection("Dummy", "dummy_mail.html", figures))
    plugin.add(widgets.REPORT_TYPES, "dummy", widgets.ReportType("Dummy", "dummy_id", lambda _: {}, lambda *_: []))
    plugin.add(PLACES, "dummy", Places("Dummy", lambda member, application: [Place("Dummy", "/dummy/page", "search")]))
    plugin.add(PROFILE_TABS, "dummy", ProfileTab("Dummy", lambda visit, profile: []))
    named = [NamedPeriod("Dummy days", {"period": "7days"})]
    plugin.add(NAMED_PERIODS, "dummy", NamedPeriods("Dummy", "Manage", "dummy", lambda member, zone: named))
    plugin.add(DEMO_DATA, "dummy", DemoData(lambda member: ""))
    plugin.add(KINDS, "dummy", Kind("Dummy", lambda running: Data("done")))
    plugin.add(TYPES, "dummy", "Dummy")
    plugin.add(JOBS, "dummy", Job("0 3 * * *", lambda: None, "Do nothing"))
    plugin.add(checkup.CHECKS, "dummy", check_dummy)
    plugin.add(ACTIONS, "dummy_saved", "Dummy saved")

    plugin.settings("dummy", {"secret": ""}, described={"secret": Described("Secret", is_secret=True)})
    plugin.settings("dummy_own", {"colour": "red"}, member_keys={"colour": True})
    plugin.feature("dummy_extra")
    plugin.listen(signals.batch_written, lambda **arguments: heard.append(arguments))
    plugin.listen(signals.users_merged, lambda **arguments: heard.append(arguments))
    plugin.listen(signals.noticed_in_batch, lambda **arguments: heard.append(arguments))
    plugin.listen(signals.application_updated, lambda **arguments: heard.append(arguments))


def save(call: Call) -> HttpResponse:
    return output({"by": call.member.username, "rest": list(call.rest)})


def public(call: OpenCall) -> HttpResponse:
    return output({"rest": list(call.rest), "sent": call.parameters.get("x")})


def read(reading: Reading) -> dict[str, Any]:
    return {"application": reading.application.name}


def fetch(application: Any, parameters: Mapping[str, Any], user: FetchingUser) -> dict[str, Any]:
    return {"device": user.device_id}


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a page")


def check_settings(application_id: str, sent: dict[str, Any]) -> dict[str, Any]:
    if "bad" in sent:
        raise InvalidSettings("no good")
    return {"checked": sent}


def figures(application: Any, period: Any) -> dict[str, Any]:
    return {"number": 1}


def check_dummy() -> Iterable[checkup.Finding]:
    yield checkup.ok("Dummy", "is here")
