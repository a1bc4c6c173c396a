"""What the plugin stores."""

COUNTERS = "dummy"  # of the metric
TALLIES = "dummy_tallies"  # `_id`: application and postfix; `c`
USERS_PREFIX = "dummy_users"  # one collection per application; `uid`, `n`
FIELD = "dmm"  # of the profile
EVENT = "[CLY]_dummy"
EVENT_OF_PART = "[CLY]_dummy_seen"
