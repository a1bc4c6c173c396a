"""`python -m apps.system.supervision`, which `manage.py up` becomes."""

import sys

from apps.system.supervision.options import from_environment
from apps.system.supervision.problems import Problem
from apps.system.supervision.supervisor import Supervisor


def main() -> int:
    try:
        return Supervisor(from_environment()).run()
    except Problem as problem:
        print(f"\nTally cannot run: {problem}", file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
