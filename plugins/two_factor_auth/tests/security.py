"""What the tests of security (tests/security) ask of this plugin."""

ENDPOINTS = """
/i/two-factor-auth who_may
"""

OWN_RULES = {"who_may": "any_member"}  # without a method
