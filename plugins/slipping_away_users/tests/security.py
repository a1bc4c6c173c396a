"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/o/slipping reader slipping_away_users
"""

PAGES = """
/applications/<str:application_id>/loyalty/slipping-away reader slipping_away_users
"""
