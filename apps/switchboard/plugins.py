"""Which plugins there are, and switching them."""

from collections.abc import Mapping
from typing import Any

from apps.accounts.models import Member
from apps.plugin_api import audit, loader, states


class UnknownPlugin(ValueError):
    """The message names it."""


def described() -> list[dict[str, Any]]:
    """In the protocol's shape. Those that cannot be used say why in `problem`."""
    sound = [
        {
            "enabled": states.is_wanted(name),
            "code": name,
            "title": str(config.title),
            "name": name,
            "description": str(config.description),
            "version": config.version,
            "author": config.author,
            "homepage": config.homepage,
            "cly_dependencies": dict.fromkeys(config.requires, True),
        }
        for name, config in loader.started().items()
    ]
    broken = [
        {"enabled": False, "code": problem.plugin or problem.path, "title": problem.plugin or problem.path}
        | {"name": problem.path, "problem": problem.text}
        for problem in loader.problems()
    ]
    return sound + broken


def switch(wanted: Mapping[str, bool], *, member: Member, address: str = "") -> None:
    """Holds in all processes within seconds. Raises UnknownPlugin, and switches nothing then."""
    for name in wanted:
        if name not in loader.started():
            raise UnknownPlugin(name)
    before = {name: states.is_wanted(name) for name in wanted}
    for name, on in wanted.items():
        states.switch(name, on)
    audit.record("change_plugins", {"before": before, "update": dict(wanted)}, member=member, address=address)
