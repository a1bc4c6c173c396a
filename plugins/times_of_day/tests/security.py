"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/o?method=times-of-day reader times_of_day
"""

PAGES = """
/applications/<str:application_id>/loyalty/times-of-day reader times_of_day
"""
