"""Management commands against throw-away servers: `python -m tests.manage check -- makemigrations --check`."""

import os
import sys
from itertools import groupby

import tests.servers  # noqa: F401  starts them and sets the environment


def main(arguments: list[str]) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "countly_site.settings"
    from django.core.management import execute_from_command_line  # settings must be named first

    for is_separator, command in groupby(arguments, lambda argument: argument == "--"):
        if not is_separator:
            execute_from_command_line(["manage.py", *command])


if __name__ == "__main__":
    main(sys.argv[1:])
