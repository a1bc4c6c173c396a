// The chart of the overview: one figure over the period, the period before as a muted line.
(() => {
  const element = () => document.getElementById("chart");
  let chart = null;

  // Canvas knows no custom properties; the browser resolves them on a probe.
  const color = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const resolved = getComputedStyle(probe).color;
    probe.remove();
    return resolved;
  };

  const read = () => {
    const source = document.getElementById("chart-data");
    return source && JSON.parse(source.textContent);
  };

  const metric = () => document.querySelector(".tile[aria-current]")?.dataset.metric ?? "sessions";

  const tip = (data, name) => (points) => {
    const index = points[0].dataIndex;
    const kind = name === "time" ? "duration" : "count";
    const exact = (value) =>
      value == null ? "–" : kind === "duration" ? tally.duration(value) : value.toLocaleString("en");
    const box = document.createElement("div");
    box.className = "chart-tip";
    const add = (tag, text) => box.appendChild(document.createElement(tag)).append(text);
    add("strong", data.labels[index]);
    add("span", data.titles[name]);
    add("span", exact(data.metrics[name].current[index]));
    add("span", "Period before");
    add("span", exact(data.metrics[name].previous[index]));
    return box;
  };

  // Round hours, not round numbers of seconds.
  const durationScale = (values) => {
    const highest = Math.max(1, ...values);
    const steps = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000];
    const interval = steps.find((step) => highest / step <= 5) ?? Math.ceil(highest / 4 / 864000) * 864000;
    return { interval, max: Math.ceil(highest / interval) * interval };
  };

  const option = (data, name) => {
    const { current, previous } = data.metrics[name];
    const kind = name === "time" ? "duration" : "count";
    const accent = color("accent");
    // The step that is still running is not yet comparable: it hangs on a dashed line, with a ring at its end.
    const running = data.is_running ? data.complete : current.length;
    const done = current.map((value, index) => (index < running ? value : null));
    const open = current.map((value, index) => (index === running || index === running - 1 ? value : null));
    const isLonely = (values) => values.filter((value) => value !== null).length === 1;
    const line = { type: "line", symbol: "none", emphasis: { disabled: true } };
    const text = { color: color("text-muted"), fontSize: 11, fontFamily: getComputedStyle(document.body).fontFamily };
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return {
      animation: !still,
      animationDuration: 350,
      animationDurationUpdate: 350,
      grid: { left: 8, right: 14, top: 16, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        trigger: "axis",
        confine: true,
        transitionDuration: still ? 0 : 0.12,
        backgroundColor: "transparent",
        borderWidth: 0,
        padding: 0,
        extraCssText: "box-shadow:none",
        axisPointer: { type: "line", lineStyle: { color: color("line-strong"), type: "solid" } },
        formatter: tip(data, name),
      },
      xAxis: {
        type: "category",
        boundaryGap: false,
        data: data.labels,
        axisLine: { lineStyle: { color: color("line-strong") } },
        axisTick: { show: false },
        axisLabel: { ...text, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right" },
      },
      yAxis: {
        type: "value",
        minInterval: 1,
        splitNumber: 4,
        ...(kind === "duration" ? durationScale([...current, ...previous]) : {}),
        axisLabel: { ...text, formatter: (value) => (value ? tally.figureText(value, kind).replace(/ 0[hms]$/, "") : "0") },
        splitLine: { lineStyle: { color: color("line") } },
      },
      series: [
        {
          ...line,
          id: "previous",
          data: previous,
          lineStyle: { color: color("muted-line"), width: 1.5, type: [4, 4] },
          z: 1,
        },
        {
          ...line,
          id: "current",
          data: done,
          symbol: isLonely(done) ? "circle" : "none",
          symbolSize: 7,
          lineStyle: { color: accent, width: 2.25, join: "round" },
          itemStyle: { color: accent },
          areaStyle: { color: accent, opacity: 0.09 },
          z: 2,
        },
        {
          ...line,
          id: "running",
          data: open.map((value, index) => (index === running ? { value, symbol: "circle" } : value)),
          showAllSymbol: true,
          symbolSize: 9,
          lineStyle: { color: accent, width: 2, type: [3, 4] },
          itemStyle: { color: color("surface"), borderColor: accent, borderWidth: 2 },
          z: 3,
        },
      ],
    };
  };

  const draw = () => {
    const target = element();
    const data = read();
    if (!target || !data) {
      chart?.dispose();
      chart = null;
      return;
    }
    if (!window.echarts) {
      target.dataset.missing = "";
      document.getElementById("chart-table").open = true;
      return;
    }
    if (chart?.getDom() !== target) {
      chart?.dispose();
      target.dataset.drawn = "";
      const drawn = (chart = echarts.init(target));
      new ResizeObserver(() => drawn.isDisposed() || drawn.resize()).observe(target);
    }
    chart.setOption(option(data, metric()));
  };

  // The figures of all metrics are on the page: a tile only chooses among them.
  document.addEventListener("click", (event) => {
    const tile = event.target.closest?.(".tile");
    if (!tile || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const other of document.querySelectorAll(".tile")) {
      if (other === tile) other.setAttribute("aria-current", "true");
      else other.removeAttribute("aria-current");
    }
    history.replaceState(history.state, "", tile.href);
    draw();
  });

  document.addEventListener("DOMContentLoaded", draw);
  document.addEventListener("htmx:afterSwap", draw);
  document.addEventListener("tally:theme", () => chart && draw());
  addEventListener("beforeprint", () => chart?.resize());
})();
