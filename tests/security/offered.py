"""What plugins say to the tests of security, in `tests/security.py` of their package. All of it may be missing:

- `ENDPOINTS`, `OWN_RULES`: rows of the API matrix, as in `tests.security.rows`
- `PAGES`: rows of pages, as in `tests.security.screens`; `SIGNED_PAGES`: forms that need no token, as their address is
  signed
- `things(world, text, is_shared)`: stores one of each thing that the plugin keeps, of `world.shop`, with `text(NAME)`
  in all that people read of it. When it is shared, everybody sees it who may look at such things, else the global
  administrator only. Answers their ids by the names that parts of addresses have
- `SEEN`: the names of texts that must be seen on some page
- `NAMES`: what is shown as it is in every language (for `tests/shell/test_languages.py`)
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from apps.plugin_api.config import PluginConfig


@cache
def offered() -> tuple[ModuleType, ...]:
    return tuple(_modules())


def _modules() -> Iterator[ModuleType]:
    for config in apps.get_app_configs():
        if isinstance(config, PluginConfig) and module_has_submodule(config.module, "tests"):
            tests = import_module(f"{config.name}.tests")
            if module_has_submodule(tests, "security"):
                yield import_module(f"{config.name}.tests.security")


def tables(name: str, own: str) -> str:
    """With those of the plugins."""
    return "\n".join([own, *(getattr(module, name, "") for module in offered())])


def names(name: str) -> tuple[str, ...]:
    return tuple(found for module in offered() for found in getattr(module, name, ()))


def rules() -> dict[str, str]:
    return {name: rule for module in offered() for name, rule in getattr(module, "OWN_RULES", {}).items()}


def things(*how: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for module in offered():
        if hasattr(module, "things"):
            found |= module.things(*how)
    return found
