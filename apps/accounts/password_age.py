"""When a member must choose a new password before anything else."""

from apps.accounts.models import Member
from apps.core import clock
from apps.plugin_api import configuration

DAY_SECONDS = 86_400
CHOSEN_BY_SOMEBODY_ELSE = 0


def must_change(member: Member) -> bool:
    """Somebody else chose it, or it is older than `security.password_expiration` days."""
    changed = member.password_changed
    if changed is None:  # an older account: known from its next log in on
        return False
    days = configuration.read("security")["password_expiration"]
    is_old = days > 0 and clock.now_s() - changed > days * DAY_SECONDS
    return changed == CHOSEN_BY_SOMEBODY_ELSE or is_old
