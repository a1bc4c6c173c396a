"""Made-up data for newcomers: a plugin that can fill an application offers it where there is nothing to see yet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.plugin_api.registry import Registry


@dataclass(frozen=True, slots=True)
class DemoData:
    #: Takes the member, a global administrator, and answers the id of the application that fills up from now on. Asked
    #: twice, it gives the same application without more traffic.
    start: Callable[[Any], str]
    period: str = "30days"  # that holds all of it, as the parameter of the same name


#: The first one that is on is offered: on the page for a new application, and while one waits for its first request.
DEMO_DATA: Registry[DemoData] = Registry("demo data")
