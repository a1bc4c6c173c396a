from apps.shell.snippets import snippets


def test_key_cannot_leave_its_quotes():
    codes = {item["id"]: item["code"] for item in snippets("a'b\"c&d", "https://tally.example.org")}
    assert codes["curl"] == (
        "curl 'https://tally.example.org/i?app_key=a%27b%22c%26d&device_id=my-first-device&begin_session=1'"
    )
    assert 'Countly.init({ app_key: "a\'b\\"c&d", url: "https://tally.example.org" });' in codes["web"]
    assert 'Countly.init({ app_key: "a\'b\\"c&d", url: "https://tally.example.org" });' in codes["node"]
