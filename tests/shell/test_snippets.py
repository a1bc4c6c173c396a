from apps.shell.snippets import snippets

ORIGIN = "https://tally.example.org"


def test_key_cannot_leave_its_quotes():
    key = "a'b\"c&d$e{f}</script>"
    codes = {snippet.id: snippet.code for snippet in snippets(key, ORIGIN)}
    assert codes["curl"] == (
        "curl 'https://tally.example.org/i?app_key=a%27b%22c%26d%24e%7Bf%7D%3C%2Fscript%3E&device_id=my-first-device&begin_session=1'"
    )
    in_script = 'Countly.init({ app_key: "a\'b\\"c&d$e{f}</script>", url: "https://tally.example.org" });'
    assert in_script in codes["web"]
    assert in_script in codes["node"]
    assert 'app_key: "a\'b\\"c&d$e{f}\\u003c/script>",' in codes["html"]
    assert 'config.appKey = "a\'b\\"c&d$e{f}</script>"' in codes["ios"]
    assert 'CountlyConfig(this, "a\'b\\"c&d\\$e{f}</script>", "https://tally.example.org")' in codes["android"]
    assert 'CountlyConfig("https://tally.example.org", "a\'b\\"c&d\\$e{f}</script>")' in codes["flutter"]


def test_each_kind_of_product_has_one_that_names_key_and_server():
    found = snippets("KEY", ORIGIN)
    assert [snippet.id for snippet in found] == [
        *("curl", "html", "web", "node"),
        *("android", "ios", "flutter", "react-native"),
    ]
    assert all("KEY" in snippet.code and ORIGIN in snippet.code for snippet in found)
