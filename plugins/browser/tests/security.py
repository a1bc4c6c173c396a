"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/o?method=browser reader browser
"""

PAGES = """
/applications/<str:application_id>/technology/browsers reader browser
"""
