"""The shortest way from an application's key to its first session, for each kind of product. Pure."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Snippet:
    id: str
    title: str
    code: str


CURL = "curl '{origin}/i?app_key={quoted}&device_id=my-first-device&begin_session=1'"
#: The server has the SDK itself (deploy/fetch_assets.py), so a site needs nothing from elsewhere.
HTML = """<script>
  window.Countly = {{
    app_key: "{page_key}",
    url: "{origin}",
    q: [["track_sessions"], ["track_pageview"]],
  }};
  {{
    const sdk = document.createElement("script");
    sdk.src = "{origin}/static/vendor/countly/countly.min.js";
    sdk.addEventListener("load", () => Countly.init());
    document.head.append(sdk);
  }}
</script>"""
WEB = """npm install countly-sdk-web

import Countly from "countly-sdk-web";

Countly.init({{ app_key: "{key}", url: "{origin}" }});
Countly.track_sessions();
Countly.track_pageview();"""
NODE = """npm install countly-sdk-nodejs

const Countly = require("countly-sdk-nodejs");

Countly.init({{ app_key: "{key}", url: "{origin}" }});
Countly.begin_session();
Countly.add_event({{ key: "hello", count: 1 }});"""
ANDROID = """// build.gradle.kts: implementation("ly.count.android:sdk:+")
// in onCreate of your Application

val config = CountlyConfig(this, "{dollar_key}", "{origin}")
Countly.sharedInstance().init(config)"""
IOS = """// Swift package: https://github.com/Countly/countly-sdk-ios
// in application(_:didFinishLaunchingWithOptions:)

let config = CountlyConfig()
config.appKey = "{key}"
config.host = "{origin}"
Countly.sharedInstance().start(with: config)"""
FLUTTER = """flutter pub add countly_flutter

import 'package:countly_flutter/countly_flutter.dart';

final config = CountlyConfig("{origin}", "{dollar_key}");
await Countly.initWithConfig(config);"""
REACT_NATIVE = """npm install countly-sdk-react-native-bridge

import Countly from "countly-sdk-react-native-bridge";
import CountlyConfig from "countly-sdk-react-native-bridge/CountlyConfig";

const config = new CountlyConfig("{origin}", "{key}");
await Countly.initWithConfig(config);"""
TEMPLATES = (
    ("curl", "curl", CURL),
    ("html", "HTML", HTML),
    ("web", "Web", WEB),
    ("node", "Node.js", NODE),
    ("android", "Android", ANDROID),
    ("ios", "iOS", IOS),
    ("flutter", "Flutter", FLUTTER),
    ("react-native", "React Native", REACT_NATIVE),
)


def snippets(app_key: str, origin: str) -> list[Snippet]:
    """`origin` as in "https://tally.example.org". The key is quoted: a shell or a script must not read it."""
    script_key = app_key.replace("\\", "\\\\").replace('"', '\\"')
    values = {
        "origin": origin,
        "quoted": quote(app_key, safe=""),
        "key": script_key,
        "page_key": script_key.replace("<", "\\u003c"),  # in a page, `</script>` would end the script
        "dollar_key": script_key.replace("$", "\\$"),  # Kotlin and Dart put values into texts
    }
    return [Snippet(id, title, template.format(**values)) for id, title, template in TEMPLATES]
