from apps.analytics.descriptions import NUMBERS, describe_tree
from apps.plugin_api.descriptions import describe

describe_tree("langs", "Languages.")
describe(
    "/o/langmap",
    NUMBERS,
    "What languages are called",
    answer={"de": {"englishName": "German", "nativeName": "Deutsch"}},
)
