"""`python -m apps.system.supervision`, which `manage.py up` becomes."""

import sys

from apps.system.supervision import product
from apps.system.supervision.options import from_environment
from apps.system.supervision.problems import Problem


def main() -> int:
    try:
        product.run(from_environment())
    except Problem as problem:
        print(f"\nTally cannot run: {problem}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
