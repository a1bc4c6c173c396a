"""Sets the server up once for each group of plugins, as if their folders were gone. Run by test_removal.py.

Prints a line of JSON for each group: what the loader says then.
"""

import ctypes.util
import json
import os
import sys
from importlib.abc import MetaPathFinder
from io import StringIO

import babel  # noqa: F401  read once, for all children
import celery  # noqa: F401
import datasketches  # noqa: F401
import django
import pymongo  # noqa: F401
import rest_framework  # noqa: F401
from django.core.management import call_command

ctypes.util.find_library = lambda name: None  # Django asks a compiler for libraries of maps: a second each time


class Gone(MetaPathFinder):
    def __init__(self, packages: list[str]) -> None:
        self.packages = packages

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if any(name == package or name.startswith(f"{package}.") for package in self.packages):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def set_up_without(packages: list[str]) -> None:
    sys.meta_path.insert(0, Gone(packages))
    django.setup()
    call_command("check", stdout=StringIO())  # reads all urls

    from apps.plugin_api import loader  # settings are read only now

    print(json.dumps({each.path: each.text for each in loader.problems()}), flush=True)


def main(groups: list[list[str]]) -> int:
    for packages in groups:
        child = os.fork()
        if child == 0:
            set_up_without(packages)
            os._exit(0)
        if os.waitpid(child, 0)[1] != 0:
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(json.loads(sys.argv[1])))
