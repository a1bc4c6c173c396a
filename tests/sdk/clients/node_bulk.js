// Three devices through the SDK's Bulk class: node node_bulk.js URL APP_KEY START_MS [SALT]
const { reportAnswers } = require("./answers");
const { Bulk } = require("countly-sdk-nodejs");

const [url, app_key, start, salt] = process.argv.slice(2);
const startMs = Number(start);
const server = new Bulk({ url, app_key, salt, interval: 20, bulk_size: 4, fail_timeout: 1 });

["one", "two", "three"].forEach((device_id, index) => {
    const at = startMs + index * 60000;
    server.add_request({ device_id, begin_session: 1, country_code: "FR", metrics: { _os: "iOS", _os_version: "17.2" }, timestamp: at });
    server.add_request({ device_id, session_duration: 20, timestamp: at + 20000 });
    server.add_request({ device_id, end_session: 1, session_duration: 10, timestamp: at + 30000 });
});
server.add_bulk_request([
    { device_id: "one", timestamp: startMs + 5000, events: [{ key: "level_up", count: 1, segmentation: { level: 3 } }] },
    { device_id: "two", timestamp: startMs + 65000, events: [{ key: "level_up", count: 4, sum: 1.5 }] },
]);
server.start();

reportAnswers(3); // 11 requests, four at a time
