"""What the tests of security (tests/security) ask of this plugin."""

PAGES = """
/applications/<str:application_id>/manage/consolidate reader core
"""
