"""What the operator reads when the server runs."""

from collections.abc import Mapping

SECRET_VARIABLES = {"password": "ADMIN_PASSWORD", "api_key": "ADMIN_API_KEY"}


def first_admin_text(admin: Mapping[str, str], environment: Mapping[str, str]) -> str:
    """Secrets that the operator set are not repeated: the output of unattended starts is kept in logs."""
    shown = {
        name: f"as set in {SECRET_VARIABLES[name]}" if environment.get(SECRET_VARIABLES.get(name, "")) else value
        for name, value in admin.items()
    }
    return (
        "The first administrator, shown this once:\n"
        f"  user name  {shown['username']}\n"
        f"  password   {shown['password']}\n"
        f"  API key    {shown['api_key']}"
    )


def without_admin_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """For processes that need not know them."""
    return {name: value for name, value in environment.items() if name not in SECRET_VARIABLES.values()}


def running_text(url: str) -> str:
    return f"\nTally is running at {url}\n\nCtrl-C stops it."
