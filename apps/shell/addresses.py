"""The address of a screen carries its whole state: period, comparison, search, sort, page. Links change parts of it."""

from collections.abc import Mapping
from urllib.parse import urlencode


class Address:
    """What stands behind the question mark. Immutable."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = dict(query.items())  # of a QueryDict: the last value of each name

    def __contains__(self, name: object) -> bool:
        return name in self._query

    def get(self, name: str, default: str = "") -> str:
        return self._query.get(name, default)

    def link(self, changes: Mapping[str, object]) -> str:
        """The same screen with these parameters changed; None takes one away."""
        query = {name: value for name, value in self._query.items() if name not in changes}
        query |= {name: str(value) for name, value in changes.items() if value is not None and value != ""}
        return f"?{urlencode(query)}"

    def without(self, *names: str) -> list[tuple[str, str]]:
        """What a form must carry along in hidden fields so that sending it changes nothing else."""
        return [(name, value) for name, value in self._query.items() if name not in names]
