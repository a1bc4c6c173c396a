"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/o/keywords       reader sources
/o/sources        open
/o?method=sources reader sources
"""

PAGES = """
/applications/<str:application_id>/sources reader sources
/applications/<str:application_id>/sources/searches reader sources
"""
