from apps.analytics.descriptions import describe_tree

describe_tree("browser", "Browsers and their versions.")
