// On somebody's own page: a bar with choices, and the map over the page. What it needs stands in the name of the window,
// which the dashboard gave it: `cly:` and JSON.
(() => {
  const PREFIX = "cly:";
  const HIGHEST = 2147483647; // of all layers
  const LARGEST_CANVAS = 16_000; // pixels of a side; browsers draw nothing on larger ones

  let passed;
  try {
    passed = JSON.parse(window.name.slice(PREFIX.length));
  } catch {
    return;
  }
  if (!window.name.startsWith(PREFIX) || passed.purpose !== "heatmap" || document.getElementById("tally-heat-map")) return;

  let token = passed.token;
  const texts = passed.texts ?? {};
  const chosen = { kind: passed.kind ?? "click", device: passed.device ?? "", period: passed.period ?? "30days" };
  let last = 0;

  const make = (name, styles, parent = null) => {
    const element = document.createElement(name);
    Object.assign(element.style, { all: "initial", boxSizing: "border-box", fontFamily: "system-ui, sans-serif" }, styles);
    parent?.append(element);
    return element;
  };

  const root = make("div", { position: "absolute", insetBlockStart: "0", left: "0", zIndex: String(HIGHEST), pointerEvents: "none" });
  root.id = "tally-heat-map";
  const canvas = make("canvas", { position: "absolute", top: "0", left: "0", pointerEvents: "none" }, root);
  const bar = make(
    "div",
    {
      position: "fixed", bottom: "12px", left: "12px", right: "12px", display: "flex", flexWrap: "wrap", gap: "8px",
      alignItems: "center", padding: "8px 12px", borderRadius: "10px", background: "#171a20", color: "#eceef2",
      fontSize: "14px", pointerEvents: "auto", boxShadow: "0 6px 24px rgb(0 0 0 / 40%)",
    },
    root,
  );
  const field = { padding: "6px 8px", border: "1px solid #6b7484", borderRadius: "6px", background: "#20242c", color: "#eceef2", fontSize: "14px" };

  const choice = (name, title, options) => {
    const select = make("select", field, bar);
    select.setAttribute("aria-label", title);
    for (const [value, text] of options) select.add(new Option(text, value, false, value === chosen[name]));
    select.addEventListener("change", () => {
      chosen[name] = select.value;
      show();
    });
  };

  const size = () => {
    const page = document.documentElement;
    const width = Math.max(page.scrollWidth, document.body.scrollWidth);
    const height = Math.max(page.scrollHeight, document.body.scrollHeight);
    canvas.width = Math.min(width, LARGEST_CANVAS);
    canvas.height = Math.min(height, LARGEST_CANVAS);
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  };

  const viewOf = () => (window.Countly?.getViewUrl ? window.Countly.getViewUrl() : location.pathname);

  const ask = async () => {
    const query = new URLSearchParams({ app_key: passed.app_key, view: viewOf(), period: chosen.period, actionType: chosen.kind });
    if (chosen.device) query.set("device", chosen.device);
    const answer = await fetch(`${passed.url}/o/actions?${query}`, { headers: { "countly-token": token }, credentials: "omit" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    token = answer.headers.get("countly-token") ?? token;
    return (await answer.json()).data.map(({ c, sg }) => [sg.x, sg.y, sg.width, sg.height, c]);
  };

  let points = [];
  const draw = () => {
    size();
    window.tallyHeatMap[chosen.kind === "scroll" ? "scrolls" : "clicks"](canvas, points);
  };

  const show = async () => {
    const number = (last += 1);
    said.textContent = texts.loading ?? "…";
    try {
      const found = await ask();
      if (number !== last) return; // another choice was made meanwhile
      points = found;
      draw();
      said.textContent = String(found.reduce((sum, point) => sum + point[4], 0));
    } catch {
      if (number === last) said.textContent = texts.failed ?? "✕";
    }
  };

  choice("kind", texts.kind ?? "", passed.kinds ?? [["click", "Click"], ["scroll", "Scroll"]]);
  choice("device", texts.device ?? "", passed.devices ?? [["", "*"]]);
  choice("period", texts.period ?? "", passed.periods ?? [["30days", "30"]]);
  const said = make("span", { color: "#eceef2", fontSize: "14px", flex: "1" }, bar);
  said.setAttribute("role", "status");
  const away = make("button", { ...field, cursor: "pointer" }, bar);
  away.textContent = texts.close ?? "✕";
  away.addEventListener("click", () => {
    window.name = ""; // and the next page is as it always is
    root.remove();
  });

  const start = () => {
    document.body.append(root);
    show();
  };
  document.body ? start() : document.addEventListener("DOMContentLoaded", start);
  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 200);
  });
})();
