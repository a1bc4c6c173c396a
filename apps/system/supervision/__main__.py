"""`python -m apps.system.supervision up|serve`: what manage.py hands over to, without loading Django."""

import os
import signal
import sys

from apps.system.supervision import product, roles
from apps.system.supervision.options import from_environment
from apps.system.supervision.problems import Problem

INTERRUPTED_STATUS = 130  # what a shell says of a program that Ctrl-C ended


def main(arguments: list[str]) -> int:
    # Shells start programs in the background with SIGINT ignored; whoever sends it all the same means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        match arguments:
            case ["up"]:
                product.run(from_environment())
            case ["serve", role] if role in roles.NAMES:
                command = roles.command(role, from_environment())
                os.execv(command[0], command)  # noqa: S606  no shell wanted
            case _:
                print(f"Usage: manage.py up, or manage.py serve {'|'.join(roles.NAMES)}", file=sys.stderr)
                return 2
    except Problem as problem:
        print(f"\nTally cannot run: {problem}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:  # before the supervisor listens to signals itself: nothing was started yet
        return INTERRUPTED_STATUS
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
