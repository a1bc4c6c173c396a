// One device's session with the SDK's normal class: node node_session.js URL APP_KEY DEVICE_ID
const { reportAnswers } = require("./answers");
const Countly = require("countly-sdk-nodejs");

const [url, app_key, device_id] = process.argv.slice(2);

Countly.init({
    url,
    app_key,
    device_id,
    interval: 20,
    storage_type: "memory",
    app_version: "2.1",
    country_code: "DE",
    metrics: { _os: "Android", _os_version: "14", _device: "Pixel 8", _resolution: "1080x2400", _carrier: "o2" },
});
Countly.begin_session(true);
Countly.add_event({ key: "purchase", count: 2, sum: 9.98, dur: 30, segmentation: { plan: "pro" } });
Countly.add_event({ key: "purchase", count: 1, sum: 4.99, segmentation: { plan: "free" } });
Countly.add_event({ key: "open_menu", segmentation: { side: "links ü" } });
Countly.session_duration(60);
Countly.end_session(15);

reportAnswers(4); // begin, duration, end, events
