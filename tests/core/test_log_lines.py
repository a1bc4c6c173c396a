import logging
import sys

from apps.core.log_lines import Formatter


def record(message: str, *arguments: object, exc_info=None) -> logging.LogRecord:
    made = logging.LogRecord("apps.ingest", logging.WARNING, "file.py", 1, message, arguments, exc_info)
    made.created, made.msecs = 1_741_780_800.25, 250
    return made


def test_times_are_in_utc_and_say_so():
    assert Formatter().format(record("dropped %s", 3)) == "2025-03-12T12:00:00.250Z WARNING apps.ingest dropped 3"


def test_what_was_sent_makes_no_entry_of_its_own():
    forged = "x\r\n2025-03-12T12:00:00.000Z INFO apps.accounts all is well"
    assert Formatter().format(record("refused %s", forged)).count("\n") == 0


def test_tracebacks_keep_their_lines():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        text = Formatter().format(record("failed", exc_info=sys.exc_info()))
    assert text.splitlines()[1] == "Traceback (most recent call last):"
