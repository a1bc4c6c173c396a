"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/o/server-stats/data-points any_member
/o/server-stats/punch-card  any_member
/o/server-stats/top         any_member
"""

PAGES = """
/data-points members
"""
