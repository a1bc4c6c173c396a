"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/o/compare/apps   may_compare
/o/compare/events reader compare
"""

PAGES = """
/applications/<str:application_id>/compare reader compare
/applications/<str:application_id>/events/compare reader compare
"""

OWN_RULES = {"may_compare": "reader compare"}  # of the first of `apps`
