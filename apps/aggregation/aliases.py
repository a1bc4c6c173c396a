"""Ids of users who went up in another one: what is sent under them later is that other one's.

An alias says where requests of an id lead that has no profile. Where there is a profile it says nothing, and neither
does it where its target has none: then somebody deleted that user. Ids are those of profiles.
"""

from collections.abc import Mapping

ProfileKey = tuple[str, str]  # application id and `_id` of the profile
#: Where the requests of an id lead; None: to the id itself, there is to be no alias.
AliasChanges = dict[ProfileKey, str | None]


class Aliases:
    """Those that a batch knows, with those it makes. A chain of them ends: whoever is led to has none then."""

    def __init__(self, stored: Mapping[ProfileKey, str]) -> None:
        self._targets = dict(stored)
        self._touched: set[ProfileKey] = set()

    def target(self, key: ProfileKey) -> str | None:
        """The last one of the chain; None for an id that leads nowhere else."""
        target = self._targets.get(key)
        if target is None:
            return None
        application_id = key[0]
        passed = {key}
        while (further := self._targets.get((application_id, target))) is not None:
            if (application_id, target) in passed:
                return None  # a circle, made by somebody else's hand
            passed.add((application_id, target))
            target = further
        for each in passed:  # so that long chains are walked once
            self._targets[each] = target
        return target

    def lead(self, key: ProfileKey, target: str) -> None:
        """From now on. What the target led to is taken away, known here or not: it has a profile."""
        if self._targets.get(key) == target:
            return
        self._targets.pop((key[0], target), None)
        self._targets[key] = target
        self._touched |= {key, (key[0], target)}

    def lead_nowhere(self, key: ProfileKey) -> None:
        if self._targets.pop(key, None) is not None:
            self._touched.add(key)

    def changes(self) -> AliasChanges:
        """Of the stored ones, those that lead to a user who went up in another one are left to whoever follows the
        merges: only few of them are known here."""
        return {key: self.target(key) for key in self._touched}
