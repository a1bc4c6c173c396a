"""Do all plugins that are listed work?"""

from collections.abc import Iterator

from apps.plugin_api import loader, states
from apps.system.checkup.findings import Finding, ok, warn


def check_plugins() -> Iterator[Finding]:
    on = [name for name in loader.started() if states.is_on(name)]
    if on:
        yield ok("Plugins", f"{len(on)} of {len(loader.started())} are on")
    for problem in loader.problems():
        yield warn("Plugins", f"{problem.plugin or problem.path} is left out", problem.text)
