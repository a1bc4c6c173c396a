"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/i/errorlogs global_admin
/o/errorlogs global_admin
"""

PAGES = """
/server-logs global_admin
"""
