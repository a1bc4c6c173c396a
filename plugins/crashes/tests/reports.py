"""Reports as SDKs send them."""

from typing import Any

JAVA = (
    "java.lang.NullPointerException: boom\n\tat com.example.Main.run(Main.java:10)\n"
    "\tat com.example.Main.main(Main.java:5)"
)


def report(name: str = "One", version: str = "1.0", **more: Any) -> dict[str, Any]:
    return {
        "_error": JAVA,
        "_app_version": version,
        "_os": "Android",
        "_os_version": "14",
        "_device": "Pixel",
        "_name": name,
        **more,
    }
