"""What a limit kept from being counted is said where its figures are missing."""

from datetime import UTC, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts import access
from apps.pipeline import drops
from apps.shell.figures import exact
from apps.shell.parts import Notice, Part
from apps.shell.visits import Visit


def notices(visit: Visit, *reasons: str) -> list[Part]:
    """None when nothing of the period was dropped for one of the reasons, which are `gettext_noop` texts."""
    period = visit.question.period
    first, last = (datetime.fromtimestamp(ms / 1000, UTC).date().isoformat() for ms in (period.start_ms, period.end_ms))
    counted = drops.by_reason(visit.application.id, first, last)
    found = [f"{_(reason)}: {exact(counted[reason])}." for reason in reasons if counted.get(reason)]
    if not found:
        return []
    may_change = access.is_app_admin(visit.member, visit.application.id)
    return [
        Notice(
            id="limits",
            title=_("Not everything of this period was counted."),
            text=" ".join(found),
            action=_("Change the limits") if may_change else "",
            action_link=reverse("application", args=[visit.application.id]) if may_change else "",
        )
    ]
