"""Who asks for what members share with each other: presets, dashboards."""

from dataclasses import dataclass

from apps.accounts import people
from apps.accounts.models import Member


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member as lists of those with whom something is shared name one: by id, by e-mail or by group."""

    id: str
    email: str
    groups: tuple[str, ...]
    is_global_admin: bool

    @classmethod
    def of(cls, member: Member) -> "Viewer":
        groups = tuple(people.groups_of(member.pk))
        return cls(str(member.pk), (member.email or "").lower(), groups, bool(member.global_admin))
