"""Parts of screens and mails that show a few figures: on the home page, on dashboards, in e-mail reports."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class DashboardWidget:
    """A kind of widget that people put on dashboards."""

    title: Text
    #: Takes what people chose for the widget (as stored) and its applications (ApplicationInfos that its owner may
    #: read); answers JSON data that is added to the widget.
    data: Callable[[Mapping[str, Any], list[Any]], Any]
    template: str = ""  # for our own screen; "" where the widget is shown by API clients only
    feature: str = "core"
    #: Raises ValueError with a sentence for people when the choices are no good.
    check: Callable[[Mapping[str, Any]], None] | None = None


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A part of the e-mail reports, chosen by its name in `metrics` of a report."""

    title: Text
    template: str  # HTML for mails: gets what `figures` answers, `application` and `period`
    figures: Figures
    feature: str = "core"
    position: int = 50


HOME_WIDGETS: Registry[HomeWidget] = Registry("home widget")
DASHBOARD_WIDGETS: Registry[DashboardWidget] = Registry("dashboard widget")
REPORT_SECTIONS: Registry[ReportSection] = Registry("report section")
