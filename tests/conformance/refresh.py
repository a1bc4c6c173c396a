"""`python -m tests.conformance.refresh FOLDER`: takes over the tool and the recorded cases of a newer kit."""

import shutil
import sys
from pathlib import Path

KIT = Path(__file__).parent / "kit"
PARTS = ("replay.py", "README.md", "cases")


def refresh(source: Path) -> None:
    missing = [part for part in PARTS if not (source / part).exists()]
    if missing:
        raise SystemExit(f"{source} is no conformance kit: {', '.join(missing)} missing")
    shutil.rmtree(KIT / "cases", ignore_errors=True)
    for part in PARTS:
        if (source / part).is_dir():
            shutil.copytree(source / part, KIT / part)
        else:
            shutil.copyfile(source / part, KIT / part)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    refresh(Path(sys.argv[1]))
