"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/o?method=density reader density
"""

PAGES = """
/applications/<str:application_id>/technology/densities reader density
"""
