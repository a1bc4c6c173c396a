"""One look of one member at one screen: everything that `build` may ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from apps.accounts import access, table_columns
from apps.analytics.questions import Question, ask
from apps.applications.info import ApplicationInfo
from apps.shell.addresses import Address
from apps.shell.periods import PARAMETERS, Choice, dates_text, day_of

API_KEY = "YOUR_API_KEY"  # of the member; never put on a page by itself


@dataclass
class Visit:
    request: HttpRequest
    address: Address
    choice: Choice  # of the period
    now_ms: int
    current: ApplicationInfo | None = None
    path: Mapping[str, Any] = field(default_factory=dict)  # what the route holds beside the application
    screen: str = ""  # its name

    @property
    def application(self) -> ApplicationInfo:
        """Of screens below an application; the others have none."""
        if self.current is None:
            raise RuntimeError("this screen belongs to no application")
        return self.current

    @property
    def member(self) -> Any:
        return self.request.user

    @cached_property
    def question(self) -> Question:
        """What the functions of the analytics room take: application, period, comparison."""
        choice = self.choice
        return ask(self.application, choice.key, compare=choice.compare, step=choice.step, now_ms=self.now_ms)

    @property
    def today(self) -> date:
        """In the application's zone."""
        return day_of(self.now_ms, self.zone)

    @property
    def zone(self) -> str:
        return self.current.timezone if self.current else "UTC"

    @cached_property
    def chosen_columns(self) -> table_columns.Chosen:
        """Of the tables on this screen, as the member chose them last."""
        return table_columns.read(self.member, self.screen) if self.screen else {}

    @property
    def compares(self) -> bool:
        return self.choice.compare != "none"

    @property
    def dates(self) -> str:
        return dates_text(self.question.period.start_ms, self.question.period.end_ms, self.choice.zone)

    @property
    def period_query(self) -> str:
        """For links to other screens: they show the same period."""
        return self.period_query_with()

    def period_query_with(self, **parameters: str) -> str:
        kept = {name: value for name in PARAMETERS if (value := self.address.get(name))}
        query = urlencode({**kept, **parameters})
        return f"?{query}" if query else ""

    def may(self, letter: str, feature: str) -> bool:
        """Whether the member may (c)reate, (r)ead, (u)pdate or (d)elete with the feature on the application."""
        return access.has_right(self.member, letter, self.application.id, feature)

    def api(self, path: str, **parameters: object) -> str:
        """The address of an API call about this application and period: `visit.api("/o", method="users")`."""
        query = {"app_id": self.application.id, "period": self.choice.key, **parameters}
        return f"{path}?{urlencode({name: value for name, value in query.items() if value is not None})}"

    def api_of_server(self, path: str, **parameters: object) -> str:
        """The same of a call that is about the whole server, and asks for an application nevertheless: that of the
        sidebar. "" while there is none."""
        application = getattr(self.request, "application", None)
        return f"{path}?{urlencode({'app_id': application.id, **parameters})}" if application else ""

    def curl(self, api: str) -> str:
        joint = "&" if "?" in api else "?"
        return f"curl '{self.origin}{api}{joint}api_key={API_KEY}'" if api else ""

    @property
    def origin(self) -> str:
        return f"{self.request.scheme}://{self.request.get_host()}"
