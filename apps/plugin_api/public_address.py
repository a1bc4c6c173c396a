"""The address of this server, for links that leave it.

Never taken from a request: whoever sends one may name any host, and a link in a mail would lead there.
"""

from django.conf import settings

from apps.plugin_api import configuration


def base_url() -> str:
    """Without a slash at the end: the setting `api.domain`, else the first name in ALLOWED_HOSTS that is a name, else
    where the server listens."""
    domain = str(configuration.read("api")["domain"] or "").strip().rstrip("/")
    scheme = "https" if settings.SECURE_COOKIES else "http"
    if domain:
        return domain if domain.startswith(("http://", "https://")) else f"{scheme}://{domain}"
    for name in settings.ALLOWED_HOSTS:
        if "*" not in name and not name.startswith(".") and name not in ("testserver", "localhost"):
            return f"{scheme}://{name}"
    return f"http://{settings.HOST}:{settings.PORT}"


def link(path: str) -> str:
    """`path` begins with a slash."""
    return base_url() + path
