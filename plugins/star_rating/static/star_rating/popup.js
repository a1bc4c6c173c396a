// The form that asks for a rating, in a frame of somebody's site or in the web view of an app.
(() => {
  const form = document.getElementById("rating");
  const told = form.dataset;
  const thanks = document.getElementById("thanks");
  const problem = form.querySelector(".problem");

  // A frame may be loaded long before its site shows it: only what can be seen was shown.
  if ("sends" in told) {
    const watcher = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      fetch(`/o/feedback/widget?nfd=1&widget_id=${encodeURIComponent(told.widget)}`).catch(() => {});
    });
    watcher.observe(form);
  }

  const segmentation = (fields) => {
    const said = { rating: Number(fields.get("rating")), widget_id: told.widget };
    if (told.platform) said.platform = told.platform;
    if (told.app_version) said.app_version = told.app_version;
    if (fields.get("comment")) said.comment = fields.get("comment");
    if (fields.get("email")) {
      said.email = fields.get("email");
      said.contactMe = true;
    }
    return said;
  };

  const close = () => {
    if (window.parent !== window) window.parent.postMessage({ close: true }, "*");
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!("sends" in told)) return;
    const button = form.querySelector("button");
    button.disabled = true;
    problem.hidden = true;
    const now = new Date();
    const body = new URLSearchParams({
      app_key: told.app_key,
      device_id: told.device_id,
      timestamp: String(now.getTime()),
      hour: String(now.getHours()),
      dow: String(now.getDay()),
      events: JSON.stringify([
        { key: "[CLY]_star_rating", count: 1, timestamp: now.getTime(), segmentation: segmentation(new FormData(form)) },
      ]),
    });
    if (told.sdk_name) body.set("sdk_name", told.sdk_name);
    if (told.sdk_version) body.set("sdk_version", told.sdk_version);
    try {
      const answer = await fetch("/i/feedback/input", { method: "POST", body });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      form.hidden = true;
      thanks.hidden = false;
      setTimeout(close, 3000);
    } catch {
      problem.hidden = false;
      button.disabled = false;
    }
  });
})();
