"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/o/langmap      open
/o?method=langs reader locale
"""

PAGES = """
/applications/<str:application_id>/geo/languages reader locale
"""
