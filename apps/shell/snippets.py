"""The shortest way from an application's key to its first session, for three kinds of people. Pure."""

from urllib.parse import quote


def snippets(app_key: str, origin: str) -> list[dict[str, str]]:
    """`origin` as in "https://tally.example.org". The key is quoted: a shell or a script must not read it."""
    key = quote(app_key, safe="")
    script_key = app_key.replace("\\", "\\\\").replace('"', '\\"')
    return [
        {
            "id": "curl",
            "title": "curl",
            "code": f"curl '{origin}/i?app_key={key}&device_id=my-first-device&begin_session=1'",
        },
        {
            "id": "web",
            "title": "Web",
            "code": "npm install countly-sdk-web\n\n"
            'import Countly from "countly-sdk-web";\n\n'
            f'Countly.init({{ app_key: "{script_key}", url: "{origin}" }});\n'
            "Countly.track_sessions();\n"
            "Countly.track_pageview();",
        },
        {
            "id": "node",
            "title": "Node",
            "code": "npm install countly-sdk-nodejs\n\n"
            'const Countly = require("countly-sdk-nodejs");\n\n'
            f'Countly.init({{ app_key: "{script_key}", url: "{origin}" }});\n'
            "Countly.begin_session();\n"
            'Countly.add_event({ key: "hello", count: 1 });',
        },
    ]
