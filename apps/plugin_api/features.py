"""Names of what members may be given rights on. A plugin adds its own from `AppConfig.ready`."""

from collections.abc import Mapping

Needs = dict[str, dict[str, list[str]]]  # letter of a right -> feature -> letters that come with it

_needs: dict[str, Needs] = {"core": {}, "events": {}}


def register(name: str, needs: Mapping[str, Mapping[str, list[str]]] | None = None) -> None:
    """`needs`: `{"c": {"data_manager": ["r"]}}` says that who may create here must be able to read there."""
    _needs[name] = {letter: dict(features) for letter, features in (needs or {}).items()}


def names() -> list[str]:
    """The core's first, then in the order of their names."""
    return ["core", "events", *sorted(set(_needs) - {"core", "events"})]


def dependencies() -> dict[str, Needs]:
    """Of the features that need others."""
    return {name: needs for name, needs in _needs.items() if needs}
