"""`python -m tests.conformance [PATTERN ...]`: starts Tally, replays the recorded answers, prints counts by area.

Patterns are those of files below `kit/cases`, such as `ingest/*`; without one all cases of parts that exist run. A step
is unexplained when its answer is neither the recorded one nor a deviation that `deviations.py` gives a reason for.
Absent are steps inside these cases that ask for features which do not exist.
"""

import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.deviations import DEVIATIONS
from tests.conformance.runner import CaseResult, StackRunner, cases
from tests.stack import Stack


@dataclass
class Counts:
    cases: int = 0
    passed: int = 0
    deviating: int = 0
    absent: int = 0
    unexplained: int = 0

    def add(self, other: "Counts") -> None:
        self.cases += other.cases
        self.passed += other.passed
        self.deviating += other.deviating
        self.absent += other.absent
        self.unexplained += other.unexplained

    def line(self, name: str) -> str:
        return f"{name:<18}{self.cases:>6}{self.passed:>9}{self.deviating:>11}{self.absent:>8}{self.unexplained:>13}"


def main(patterns: list[str]) -> int:
    by_area: dict[str, Counts] = defaultdict(Counts)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        stack = Stack(Path(folder))
        try:
            runner = StackRunner(stack.start())
            for path in cases(patterns):
                result = runner.run_case(path)
                by_area[path.parent.name].add(counted(result))
                for problem in result.unexplained(DEVIATIONS):
                    print(f"{result.name}: {problem}", flush=True)
        finally:
            if stack.process is not None:
                stack.stop()
    whole = Counts()
    print(f"{'area':<18}{'cases':>6}{'passed':>9}{'deviating':>11}{'absent':>8}{'unexplained':>13}")
    for area, counts in sorted(by_area.items()):
        print(counts.line(area))
        whole.add(counts)
    print(whole.line("all"))
    return int(whole.unexplained > 0 or whole.passed == 0)


def counted(result: CaseResult) -> Counts:
    known = set(DEVIATIONS.get(result.name, {}))
    deviating = len(known & set(result.failed))
    return Counts(1, len(result.passed), deviating, len(result.absent), len(result.unexplained(DEVIATIONS)))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
