"""`/o?method=times-of-day`."""

from apps.analytics.reading import ReadError, Reading
from plugins.times_of_day.queries import Punches, months_of, punches

WENT_WRONG = "Something went wrong"


def show(reading: Reading) -> Punches:
    event = reading.text("tod_type")
    asked = reading.text("date_range")
    months = months_of(asked)
    if asked and not months:
        raise ReadError(400, WENT_WRONG)
    return punches(reading.application.id, event, months)
