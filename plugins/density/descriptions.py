from apps.analytics.descriptions import describe_tree

describe_tree("density", "Densities of screens.")
