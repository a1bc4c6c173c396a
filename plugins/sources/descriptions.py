from apps.analytics.descriptions import NUMBERS, PERIOD, describe_tree
from apps.plugin_api.descriptions import app_id, describe

describe_tree("sources", "Stores and referring pages.")
describe(
    "/o/keywords",
    NUMBERS,
    "What people searched for before they came",
    app_id(),
    PERIOD,
    answer=[{"_id": "red shoes", "t": 3, "u": 2, "n": 1}],
    errors={400: ['Missing parameter "app_id"']},
)
describe(
    "/o/sources",
    NUMBERS,
    "What stores are called",
    answer={"com.android.vending": "Google Play"},
)
