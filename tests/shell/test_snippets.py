from apps.shell.snippets import snippets

ORIGIN = "https://tally.example.org"


def test_key_cannot_leave_its_quotes():
    codes = {snippet.id: snippet.code for snippet in snippets("a'b\"c&d$e{f}", ORIGIN)}
    assert codes["curl"] == (
        "curl 'https://tally.example.org/i?app_key=a%27b%22c%26d%24e%7Bf%7D&device_id=my-first-device&begin_session=1'"
    )
    in_script = 'Countly.init({ app_key: "a\'b\\"c&d$e{f}", url: "https://tally.example.org" });'
    assert in_script in codes["web"]
    assert in_script in codes["node"]
    assert 'config.appKey = "a\'b\\"c&d$e{f}"' in codes["ios"]
    assert 'CountlyConfig(this, "a\'b\\"c&d\\$e{f}", "https://tally.example.org")' in codes["android"]
    assert 'CountlyConfig("https://tally.example.org", "a\'b\\"c&d\\$e{f}")' in codes["flutter"]


def test_each_kind_of_product_has_one_that_names_key_and_server():
    found = snippets("KEY", ORIGIN)
    assert [snippet.id for snippet in found] == ["curl", "web", "node", "android", "ios", "flutter", "react-native"]
    assert all("KEY" in snippet.code and ORIGIN in snippet.code for snippet in found)
