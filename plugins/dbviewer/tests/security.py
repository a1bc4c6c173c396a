"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/o/db any_member
"""

PAGES = """
/database data
/database/<str:database>/<str:collection> data
/database/<str:database>/<str:collection>/file data object
"""
