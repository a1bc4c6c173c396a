"""`make bench` runs every benchmark, `python -m bench ack flush` these: a process each."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def benchmarks() -> list[str]:
    """A benchmark is a module of this folder that can be run: it has a `main`."""
    return [path.stem for path in sorted(FOLDER.glob("[a-z]*.py")) if "\ndef main(" in path.read_text()]


def main(names: list[str]) -> int:
    failed = []
    for name in names or benchmarks():
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=FOLDER.parent, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
