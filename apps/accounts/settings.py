"""The namespaces `security` and `frontend`: their defaults, and what people read beside the fields."""

from django.utils.translation import gettext_lazy as _

from apps.plugin_api.configuration import Described

SECURITY_DEFAULTS = {
    "login_tries": 3,  # failures until a ban
    "login_wait": 300,  # seconds of the first ban; the next one is twice as long, and so on
    "password_min": 8,
    "password_char": True,  # an upper-case letter
    "password_number": True,
    "password_symbol": True,
    "password_expiration": 0,  # days; 0: never
    "password_rotation": 3,
    "password_autocomplete": True,
    "robotstxt": "User-agent: *\nDisallow: /",
    "dashboard_additional_headers": (
        "X-Frame-Options:deny\nX-XSS-Protection:1; mode=block\n"
        "Strict-Transport-Security:max-age=31536000; includeSubDomains; preload\nX-Content-Type-Options: nosniff"
    ),
    "dashboard_rate_limit_window": 60,  # seconds
    "dashboard_rate_limit_requests": 500,  # of one address
}
FRONTEND_DEFAULTS = {
    "production": False,
    "theme": "",
    "session_timeout": 30,  # minutes; 0: never
}

SECURITY_DESCRIBED = {
    "login_tries": Described(_("Failed log-ins until a pause"), _("Of one name.")),
    "login_wait": Described(_("First pause"), _("Seconds; each further one is longer.")),
    "password_min": Described(_("Shortest password"), _("Characters.")),
    "password_char": Described(_("An upper-case letter in passwords")),
    "password_number": Described(_("A digit in passwords")),
    "password_symbol": Described(_("A symbol in passwords")),
    "password_expiration": Described(_("Passwords expire after"), _("Days; 0: never.")),
    "password_rotation": Described(_("Old passwords that may not come back")),
    "password_autocomplete": Described(_("Browsers may remember passwords")),
    "robotstxt": Described(_("Text of robots.txt")),
    "dashboard_additional_headers": Described(_("Headers of pages"), _("One a line, as Name:value.")),
    "dashboard_rate_limit_window": Described(_("Window of the limit for pages"), _("Seconds; 0: no limit.")),
    "dashboard_rate_limit_requests": Described(_("Pages for one address in that window")),
}
FRONTEND_DESCRIBED = {
    "production": Described(_("Limit requests for pages"), _("As the settings of security say.")),
    "theme": Described(_("Theme"), _("Kept for clients of the API; members choose their colors themselves.")),
    "session_timeout": Described(_("Sessions end after"), _("Minutes without a request; 0: never.")),
}
