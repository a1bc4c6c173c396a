"""Parts of screens and mails that show a few figures: on the home page, on dashboards, in e-mail reports."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.core.texts import Text
from apps.plugin_api.registry import Registry

#: Takes an ApplicationInfo and a period (as the parameter `period` may be) and answers what the template shows.
#: Called for members who may read the feature on the application only. May read stores; what it raises is logged, and
#: the part is left out.
Figures = Callable[[Any, Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class HomeWidget:
    """A part of an application's home page."""

    title: Text  # translatable text
    template: str  # gets what `figures` answers, `application` and `period`
    figures: Figures
    feature: str = "core"
    position: int = 50  # smaller ones first
    width: int = 1  # of 3 columns
    application_types: frozenset[str] = frozenset()  # empty: all types
    #: The call of the API that gives the figures: its address and parameters beside application and period.
    call: tuple[str, Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class DashboardWidget:
    """A kind of widget that people put on dashboards.

    It is registered under its `widget_type`, or, where that is "analytics", under its `data_type`. Widgets of a kind
    that nobody offers are kept, and say so.
    """

    title: Text
    #: Takes what people chose for the widget (as stored, but `custom_period` is always the period to answer for) and
    #: its applications: ApplicationInfos on which the dashboard's owner may read the feature. Answers JSON data that is
    #: added to the widget. May read stores; what it raises is logged, and the widget says that it has no data.
    data: Callable[[Mapping[str, Any], list[Any]], Any]
    #: For our own screen: gets `data`, `widget` and `applications`. Without one, and without `part`, the data is shown
    #: as it is.
    template: str = ""
    feature: str = "core"
    #: Raises ValueError with a sentence for people when the choices are no good.
    check: Callable[[Mapping[str, Any]], None] | None = None
    #: For our own screen instead of a template: takes what `data` takes and the visit, answers a part of the shell. Its
    #: `id` and `title` are set by the dashboard.
    part: Callable[[Mapping[str, Any], list[Any], Any], Any] | None = None
    #: What people choose from when they add one: names as stored -> titles. Nothing is asked where there is nothing.
    visualizations: Mapping[str, Text] = field(default_factory=dict)
    metrics: Mapping[str, Text] = field(default_factory=dict)
    breakdowns: Callable[[], Mapping[str, Text]] | None = None  # asked for at each use: plugins add some
    #: Takes the widget's applications and answers what `events` may hold, "<application id>***<key>" -> title.
    events: Callable[[list[Any]], Mapping[str, Text]] | None = None
    is_event_needed: bool = False  # to be saved by people
    #: Names as stored in `period` -> titles: for what cannot be told of any period, in place of the periods of all.
    spans: Mapping[str, Text] = field(default_factory=dict)
    #: What clients expect to be stored beside what people chose.
    implied: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    widget_type: str = ""  # "analytics" for its data types; "" is the name that it is registered under
    needs_applications: bool = True
    #: Columns (of 12) and rows of a new one, where its visualization does not tell how much it fills.
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A part of the e-mail reports, chosen by its name in `metrics` of a report."""

    title: Text
    template: str  # HTML for mails: gets what `figures` answers, `application` and `period`
    figures: Figures
    feature: str = "core"
    position: int = 50


@dataclass(frozen=True, slots=True)
class ReportPage:
    """What an e-mail report says of one thing: a heading, and blocks of HTML below it, each with a title."""

    title: str
    note: str = ""  # small, below the title
    blocks: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class ReportType:
    """A kind of e-mail reports beside those about applications. It is registered under its `report_type`."""

    title: Text
    field: str  # of the report, for what it is about: the id of a dashboard
    #: What a member may choose from: values of that field -> titles.
    choices: Callable[[Any], Mapping[str, str]]
    #: Takes the report's owner, the value of the field and a period (as the parameter `period` may be): what the owner
    #: may see of it at that moment; nothing when he may not, or there is nothing. What it raises is logged, and the
    #: report is not sent.
    pages: Callable[[Any, str, str], Sequence[ReportPage]]


HOME_WIDGETS: Registry[HomeWidget] = Registry("home widget")
DASHBOARD_WIDGETS: Registry[DashboardWidget] = Registry("dashboard widget")
REPORT_SECTIONS: Registry[ReportSection] = Registry("report section")
REPORT_TYPES: Registry[ReportType] = Registry("report type")
