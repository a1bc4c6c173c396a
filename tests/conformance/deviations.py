"""Recorded answers that we do not follow, and why. Case, step (waits count), reason."""

DEVIATIONS: dict[str, dict[int, str]] = {}

#: Steps of parts that other code will bring.
LATER: dict[str, dict[int, str]] = {}
