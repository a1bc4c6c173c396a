"""A plugin to begin with. The files beside this one are its text, with the name to be filled in."""

import keyword
from pathlib import Path
from string import Template

from apps.plugin_api import loader

FILES = Path(__file__).parent
ENDING = ".txt"  # of the texts: nobody shall import or check them here


class CannotMake(ValueError):
    """The message says to people why."""


def make(name: str, directory: Path, prefix: str) -> str:
    """Writes the package into the directory; its modules begin with `prefix`. Returns its name. Raises CannotMake."""
    if not loader.NAME.fullmatch(name) or keyword.iskeyword(name):
        raise CannotMake(f"{name!r} is no name for a plugin: letters, digits and hyphens, in lower case.")
    package = name.replace("-", "_")
    folder = directory / package
    if folder.exists():
        raise CannotMake(f"{folder} is there already.")
    if name in loader.started():
        raise CannotMake(f"There is already a plugin {name!r}.")
    words = name.replace("-", " ").replace("_", " ")
    filled = {
        "name": name,
        "package": package,
        "module": prefix + package,
        "title": words.capitalize(),
        "class_name": words.title().replace(" ", ""),
        "constant": package.upper(),
    }
    for source in sorted(FILES.rglob(f"*{ENDING}")):
        target = folder / source.relative_to(FILES).with_suffix("")
        if target.parent.name == "templates":
            target = target.parent / package / target.name  # templates of all apps share one space of names
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source.read_text()).substitute(filled))
    return prefix + package
