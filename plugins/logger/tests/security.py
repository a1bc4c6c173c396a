"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/o?method=collection_info reader logger
/o?method=logs            reader logger
"""

PAGES = """
/applications/<str:application_id>/incoming reader logger
"""
