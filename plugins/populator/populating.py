"""Filling an application: a long task that makes requests up and sends them along the road of `/i`."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts import access
from apps.accounts.models import Member
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core import clock
from apps.plugin_api import intake
from apps.tasks import long_tasks
from apps.tasks.kinds import Data, Running
from plugins.populator import environments, samples, templates
from plugins.populator.documents import NAME
from plugins.populator.generation.rhythm import DAY_MS
from plugins.populator.generation.sessions import FEATURES, RATINGS, Request, Wishes
from plugins.populator.generation.traffic import RELEASES, Plan, generate, people_of
from plugins.populator.stock import rhythm_of
from plugins.populator.template import MOST_USERS, InvalidTemplate, read

KIND = "populate"
BULK_REQUESTS = 500
BULK_USERS = 200
SHARE_OF_KEEPING = 0.1  # of the progress: keeping the users, where they are kept
MOST_WAITS = 120  # of one bulk
LONGEST_WAIT_SECONDS = 5.0
MOST_DAYS = 366
MOST_SESSIONS = 1_000
MAX_SEED = 2**31 - 1


class NotPopulated(Exception):
    """Its text says why, in one sentence for people."""


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for: as stored with the task, so it holds no more than JSON can say."""

    template_id: str
    users: int = 0  # 0: as many as the template says
    days: int = 30
    most_sessions: int = 100  # of a user
    seed: int = 1
    features: tuple[str, ...] = FEATURES  # those, and samples.DASHBOARDS and NOTES
    environment_name: str = ""  # the users are kept under it
    environment_id: str = ""  # these users are sent again

    def arguments(self) -> dict[str, Any]:
        return {
            "template_id": self.template_id,
            "users": self.users,
            "days": self.days,
            "most_sessions": self.most_sessions,
            "seed": self.seed,
            "features": list(self.features),
            "environment_name": self.environment_name,
            "environment_id": self.environment_id,
        }

    @classmethod
    def of(cls, arguments: Any) -> "Order":
        return cls(**{**arguments, "features": tuple(arguments["features"])})


def check(order: Order, application: ApplicationInfo) -> None:
    """Raises NotPopulated."""
    require_open(application)
    if not 0 <= order.users <= MOST_USERS:
        raise NotPopulated(_("At most %(number)s users.") % {"number": MOST_USERS})
    if not 1 <= order.days <= MOST_DAYS:
        raise NotPopulated(_("From 1 to %(number)s days.") % {"number": MOST_DAYS})
    if not 1 <= order.most_sessions <= MOST_SESSIONS:
        raise NotPopulated(_("From 1 to %(number)s sessions of each user.") % {"number": MOST_SESSIONS})
    if templates.find(order.template_id) is None:
        raise NotPopulated(_("There is no such template any more."))
    if order.environment_name and environments.exists(application.id, order.environment_name):
        raise NotPopulated(_("There is an environment of that name already."))
    if order.environment_id and environments.find(application.id, order.environment_id) is None:
        raise NotPopulated(_("There is no such environment any more."))


def require_open(application: ApplicationInfo) -> None:
    """Raises NotPopulated."""
    if application.locked:
        raise NotPopulated(_("The application is locked: it takes no made-up data."))
    if application.paused:
        raise NotPopulated(_("The application is paused: it takes no data."))


def start(order: Order, application: ApplicationInfo, member: Member, address: str = "") -> str:
    """The id of the task. Raises NotPopulated."""
    check(order, application)
    template = templates.find(order.template_id) or {}
    return long_tasks.start(
        KIND,
        order.arguments(),
        creator=member,
        application_id=application.id,
        type_name="populator",
        name=_("Demo data: %(template)s") % {"template": template.get(NAME, "")},
        address=address,
    )


def run(running: Running) -> Data:
    """Of the kind of long tasks. Raises NotPopulated."""
    application = lookup.fresh_by_ids([running.application_id]).get(running.application_id)
    if application is None:
        raise NotPopulated(_("There is no such application any more."))
    member = Member.objects.filter(pk=running.creator).first()
    if member is None or not access.has_right(member, "c", application.id, "populator"):
        raise NotPopulated(_("Who began this may not do it any more."))
    return Data(populate(Order.of(running.arguments), application, member=member, progress=running.progress))


def populate(
    order: Order, application: ApplicationInfo, *, member: Member | None, progress: Callable[[float], None]
) -> dict[str, int]:
    """Sends all of it; what was made. Without a member nothing is made beside the traffic. Raises NotPopulated, and
    what `progress` raises."""
    check(order, application)
    widget_id = samples.rating_widget(application, member) if member and RATINGS in order.features else ""
    plan = plan_of(order, application, widget_id=widget_id)
    if member is not None:
        samples.make(order.features, plan, application, member)
    if order.environment_name:
        _keep_users(order, plan, application, progress)
    requests = sessions = 0
    span = plan.until_ms - plan.begin_ms
    for bulk in _bulks(generate(plan)):
        require_open(lookup.by_id(application.id) or application)
        send(application.key, bulk)
        requests += len(bulk)
        sessions += sum("begin_session" in one for one in bulk)
        progress(SHARE_OF_KEEPING + (1 - SHARE_OF_KEEPING) * (bulk[-1]["timestamp"] - plan.begin_ms) / span)
    return {"requests": requests, "sessions": sessions, "users": len(plan.saved) or plan.users}


def _keep_users(order: Order, plan: Plan, application: ApplicationInfo, progress: Callable[[float], None]) -> None:
    """As an environment."""
    environments.create(application.id, order.environment_name, order.template_id)
    people = people_of(plan)
    for done in range(0, len(people), BULK_USERS):
        some = people[done : done + BULK_USERS]
        users = environments.of_people(some, order.environment_name, order.template_id, RELEASES[-1][0])
        environments.save_users(application.id, users)
        progress(SHARE_OF_KEEPING * (done + len(some)) / len(people))


def plan_of(order: Order, application: ApplicationInfo, *, widget_id: str = "") -> Plan:
    """Raises NotPopulated."""
    document = templates.find(order.template_id) or {}
    try:
        template = read(document)
    except InvalidTemplate as error:
        raise NotPopulated(_("The template cannot be used: %(error)s") % {"error": error}) from error
    saved = (
        environments.saved_users(application.id, order.template_id, order.environment_id)
        if order.environment_id
        else []
    )
    if order.environment_id and not saved:
        raise NotPopulated(_("The environment has no users."))
    until_ms = clock.now_ms()
    return Plan(
        template=template,
        seed=order.seed,
        begin_ms=until_ms - order.days * DAY_MS,
        until_ms=until_ms,
        kind=application.type,
        users=order.users or template.user_count,
        most_sessions=order.most_sessions,
        rhythm=rhythm_of(order.template_id),
        wishes=Wishes(frozenset(order.features), widget_id),
        saved=saved,
    )


def send(app_key: str, requests: list[Request]) -> None:
    """Returns when they are on the disk. When too much waits it waits too. Raises NotPopulated."""
    for _attempt in range(MOST_WAITS):
        answer = intake.take_many(app_key, requests)
        if answer.status_code == 200:
            return
        if answer.status_code != 503:
            break
        time.sleep(min(float(answer.headers.get("Retry-After") or 1), LONGEST_WAIT_SECONDS))
    raise NotPopulated(
        _("The server does not take the requests: %(answer)s") % {"answer": answer.content[:200].decode()}
    )


def _bulks(requests: Iterable[Request]) -> Iterator[list[Request]]:
    iterator = iter(requests)
    while bulk := list(islice(iterator, BULK_REQUESTS)):
        yield bulk
