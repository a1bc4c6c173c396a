"""One line per entry of a log, with its time in UTC."""

import logging
import time


class Formatter(logging.Formatter):
    """`2026-11-26T18:37:50.123Z WARNING apps.ingest message`; a traceback follows on lines of its own.

    Line ends in a message are written as `\\n`: what somebody sent must not look like an entry of its own.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the base's name
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")
