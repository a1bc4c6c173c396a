// Every chart of a screen: an element with data-chart is drawn from the JSON beside it (<id>-chart, <id>-data). The
// library comes only where there is a chart, the world only where there is a map.
(() => {
  const files = document.getElementById("chart-script").dataset;
  const drawn = new Map(); // element -> chart
  const LINES = 8; // colors of the palette
  let library = null;
  let world = null;

  const loadLibrary = () =>
    (library ??= files.library ? import(files.library) : Promise.reject(new Error("the chart library is not installed")));

  // Canvas knows no custom properties; the browser resolves them on a probe.
  const color = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const resolved = getComputedStyle(probe).color;
    probe.remove();
    return resolved;
  };

  const dataOf = (element) => {
    const source = document.getElementById(element.id.replace(/-chart$/, "-data"));
    return source && JSON.parse(source.textContent);
  };

  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const exact = (value, kind) => (value == null ? "–" : tally.exactText(value, kind));

  const tipBox = (title, rows) => {
    const box = document.createElement("div");
    box.className = "chart-tip";
    const add = (tag, text) => box.appendChild(document.createElement(tag)).append(text);
    add("strong", title);
    for (const [name, value] of rows) {
      add("span", name);
      add("span", value);
    }
    return box;
  };

  // Parts of options that all charts share -------------------------------------------------------------------------
  const text = () => ({
    color: color("text-muted"),
    fontSize: 11,
    fontFamily: getComputedStyle(document.body).fontFamily,
  });

  const base = (tip, trigger = "axis") => ({
    animation: !still(),
    animationDuration: 350,
    animationDurationUpdate: 350,
    grid: { left: 8, right: 14, top: 16, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger,
      confine: true,
      transitionDuration: still() ? 0 : 0.12,
      backgroundColor: "transparent",
      borderWidth: 0,
      padding: 0,
      extraCssText: "box-shadow:none",
      axisPointer: { type: "line", lineStyle: { color: color("line-strong"), type: "solid" } },
      formatter: tip,
    },
  });

  const labels = (values, more) => ({
    type: "category",
    data: values,
    axisLine: { lineStyle: { color: color("line-strong") } },
    axisTick: { show: false },
    axisLabel: { ...text(), hideOverlap: true, ...more },
  });

  const scale = (kind, values) => ({
    type: "value",
    minInterval: kind === "percent" || kind === "decimal" ? 0 : 1,
    splitNumber: 4,
    ...(kind === "duration" ? durationScale(values) : {}),
    axisLabel: {
      ...text(),
      formatter: (value) => tally.axisText(value, kind),
    },
    splitLine: { lineStyle: { color: color("line") } },
  });

  // Round hours, not round numbers of seconds.
  const durationScale = (values) => {
    const highest = Math.max(1, ...values);
    const steps = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000];
    const interval = steps.find((step) => highest / step <= 5) ?? Math.ceil(highest / 4 / 864000) * 864000;
    return { interval, max: Math.ceil(highest / interval) * interval };
  };

  const lineColor = (index) => color(`chart-${index % LINES}`);
  const isLonely = (values) => values.filter((value) => value !== null).length === 1;

  // Over time ------------------------------------------------------------------------------------------------------
  const shownSeries = (element, data) => {
    if (data.shows !== "one") return data.series;
    const id = element.closest(".figures")?.querySelector(".tile[aria-current]")?.dataset.metric;
    return [data.series.find((line) => line.id === id) ?? data.series[0]];
  };

  const timeTip = (element, data, lines) => (points) => {
    const index = points[0].dataIndex;
    const rows = lines.flatMap((line) => [
      [line.title, exact(line.current[index], line.kind)],
      ...(line.previous.length ? [[element.dataset.previous, exact(line.previous[index], line.kind)]] : []),
    ]);
    const notes = data.notes.filter((note) => note.index === index).map((note) => ["●", note.text]);
    return tipBox(data.labels[index], [...rows, ...notes]);
  };

  const noteMarks = ({ notes }) =>
    notes.length
      ? {
          symbol: ["none", "circle"],
          symbolSize: 7,
          silent: true,
          data: notes.map((note) => ({
            xAxis: note.index,
            lineStyle: { color: lineColor(note.color), type: "dotted" },
            label: { show: false },
          })),
        }
      : undefined;

  const time = (element, data) => {
    const lines = shownSeries(element, data);
    const line = { type: "line", symbol: "none", emphasis: { disabled: true } };
    const surface = color("surface");
    const series = lines.flatMap(({ id, current, previous, color: own }, place) => {
      const hue = lineColor(own ?? place);
      // The step that is still running is not yet comparable: it hangs on a dashed line, with a ring at its end.
      const running = data.is_running ? data.complete : current.length;
      const done = current.map((value, index) => (index < running ? value : null));
      const open = current.map((value, index) => (index === running || index === running - 1 ? value : null));
      const muted = lines.length === 1 ? color("muted-line") : hue;
      const key = lines.length === 1 ? "" : `-${id}`; // tiles exchange the figures of one line
      return [
        {
          ...line,
          id: `previous${key}`,
          data: previous,
          lineStyle: { color: muted, width: 1.5, type: [4, 4], opacity: lines.length === 1 ? 1 : 0.5 },
          z: 1,
        },
        {
          ...line,
          id: `current${key}`,
          data: done,
          symbol: isLonely(done) ? "circle" : "none",
          symbolSize: 7,
          lineStyle: { color: hue, width: 2.25, join: "round" },
          itemStyle: { color: hue },
          areaStyle: lines.length === 1 ? { color: hue, opacity: 0.09 } : undefined,
          z: 2,
          markLine: place === 0 ? noteMarks(data) : undefined,
        },
        {
          ...line,
          id: `running${key}`,
          data: open.map((value, index) => (index === running ? { value, symbol: "circle" } : value)),
          showAllSymbol: true,
          symbolSize: 9,
          lineStyle: { color: hue, width: 2, type: [3, 4] },
          itemStyle: { color: surface, borderColor: hue, borderWidth: 2 },
          z: 3,
        },
      ];
    });
    return {
      ...base(timeTip(element, data, lines)),
      xAxis: { ...labels(data.labels, { alignMinLabel: "left", alignMaxLabel: "right" }), boundaryGap: false },
      yAxis: scale(lines[0].kind, lines.flatMap(({ current, previous }) => [...current, ...previous])),
      series,
    };
  };

  const stacked = (element, data) => ({
    ...base(timeTip(element, data, data.series)),
    xAxis: labels(data.labels),
    yAxis: scale(data.series[0]?.kind ?? "count", []),
    series: data.series.map(({ id, title, current, color: own }, place) => ({
      type: "bar",
      id,
      name: title,
      stack: "all",
      data: current,
      barMaxWidth: 36,
      itemStyle: { color: lineColor(own ?? place) },
      markLine: place === 0 ? noteMarks(data) : undefined,
    })),
  });

  // By label -------------------------------------------------------------------------------------------------------
  const bars = (element, data) => ({
    ...base((points) =>
      tipBox(
        data.labels[points[0].dataIndex],
        data.series.map((line) => [line.title, exact(line.values[points[0].dataIndex], data.kind)]),
      ),
    ),
    xAxis: labels(data.labels, { interval: data.labels.length > 16 ? "auto" : 0, width: 72, overflow: "truncate" }),
    yAxis: scale(data.kind, data.series.flatMap((line) => line.values)),
    series: data.series.map((line, place) => ({
      type: "bar",
      id: String(place),
      name: line.title,
      data: line.values,
      barMaxWidth: 40,
      itemStyle: { color: lineColor(line.color ?? place), borderRadius: [4, 4, 0, 0] },
    })),
  });

  // The world ------------------------------------------------------------------------------------------------------
  // TopoJSON: borders are stored once, as differences, and shared by both neighbours (a negative number: backwards).
  const decode = ({ arcs, transform, objects }) => {
    const [kx, ky] = transform.scale;
    const [dx, dy] = transform.translate;
    const lines = arcs.map((arc) => {
      let x = 0;
      let y = 0;
      return arc.map(([stepX, stepY]) => [(x += stepX) * kx + dx, (y += stepY) * ky + dy]);
    });
    // What crosses the date line goes on beyond it, rather than back around the world.
    const unwrapped = (points) => {
      let turn = 0;
      return points.map(([x, y], place) => {
        const step = place ? x - points[place - 1][0] : 0;
        if (Math.abs(step) > 180) turn -= Math.sign(step) * 360;
        return [x + turn, y];
      });
    };
    const ring = (parts) =>
      unwrapped(
        parts.flatMap((part, place) => {
          const points = part < 0 ? [...lines[~part]].reverse() : lines[part];
          return place ? points.slice(1) : points;
        }),
      );
    const shape = { Polygon: (parts) => parts.map(ring), MultiPolygon: (parts) => parts.map((one) => one.map(ring)) };
    const features = objects.countries.geometries
      .filter((one) => one.id !== "010" && shape[one.type]) // without Antarctica
      .map((one) => ({
        type: "Feature",
        properties: { id: one.id ?? one.properties.name, title: one.properties.name },
        geometry: { type: one.type, coordinates: shape[one.type](one.arcs) },
      }));
    return { type: "FeatureCollection", features };
  };

  const loadWorld = () =>
    (world ??= fetch(files.world)
      .then((answer) => answer.json())
      .then((topology) => {
        const shapes = decode(topology);
        echarts.registerMap("world", shapes);
        return new Map(shapes.features.map(({ properties }) => [properties.id, properties.title]));
      }));

  const map = (element, data, titles) => {
    const regions = new Map(data.regions.map((region) => [region.id, region]));
    return {
      ...base(({ name }) => {
        const region = regions.get(name);
        return tipBox(region?.name ?? data.names[name] ?? titles.get(name) ?? name, [[data.measure, exact(region?.value ?? 0, "count")]]);
      }, "item"),
      visualMap: {
        show: false,
        min: 0,
        max: Math.max(1, ...data.regions.map((region) => region.value)),
        inRange: { color: [color("map-low"), color("map-high")] },
      },
      series: [
        {
          type: "map",
          map: "world",
          nameProperty: "id",
          boundingCoords: [[-168, 80], [190, -54]],
          data: data.regions.map(({ id, value }) => ({ name: id, value })),
          itemStyle: { areaColor: color("map-land"), borderColor: color("surface"), borderWidth: 0.6 },
          emphasis: { label: { show: false }, itemStyle: { areaColor: color("chart-1") } },
          select: { disabled: true },
        },
      ],
    };
  };

  // Places of one country: as much of the world as they need.
  const points = (element, data, titles) => {
    const among = (place) => data.points.map((point) => point.at[place]);
    const [west, east] = [Math.min(...among(0)), Math.max(...among(0))];
    const [south, north] = [Math.min(...among(1)), Math.max(...among(1))];
    const margin = Math.max(4, (east - west) / 4, (north - south) / 4);
    const highest = Math.max(1, ...data.points.map(({ value }) => value));
    return {
      ...base(({ data: point, name }) => {
        return tipBox(point ? point.name : (titles.get(name) ?? name), point ? [[data.measure, exact(point.count, "count")]] : []);
      }, "item"),
      geo: {
        map: "world",
        nameProperty: "id",
        roam: false,
        silent: true,
        boundingCoords: [[west - margin, Math.min(84, north + margin)], [east + margin, Math.max(-60, south - margin)]],
        itemStyle: { areaColor: color("map-land"), borderColor: color("surface"), borderWidth: 0.8 },
      },
      series: [
        {
          id: "places",
          type: "scatter",
          coordinateSystem: "geo",
          data: data.points.map(({ name, value, at }) => ({ name, count: value, value: [...at, value] })),
          symbolSize: ([, , value]) => 8 + 26 * Math.sqrt(value / highest),
          itemStyle: { color: color("accent"), opacity: 0.72, borderColor: color("surface"), borderWidth: 1 },
        },
      ],
    };
  };

  // Drawing --------------------------------------------------------------------------------------------------------
  const OPTIONS = { time, stacked, bars, map, points };
  const ON_THE_WORLD = ["map", "points"];

  const draw = async (element) => {
    const isMap = ON_THE_WORLD.includes(element.dataset.chart);
    try {
      await loadLibrary();
      if (isMap) await loadWorld();
    } catch {
      element.dataset.missing = ""; // the table below it tells the same
      const table = document.getElementById(element.id.replace(/-chart$/, "-table"));
      if (table) table.open = true;
      return;
    }
    const data = dataOf(element);
    if (!data || !element.isConnected) return;
    let chart = drawn.get(element);
    if (!chart) {
      element.dataset.drawn = "";
      chart = echarts.init(element);
      drawn.set(element, chart);
      const mine = chart;
      new ResizeObserver(() => mine.isDisposed() || mine.resize()).observe(element);
      if (element.dataset.chart === "map") chart.on("click", ({ name }) => follow(dataOf(element).regions.find(({ id }) => id === name)?.href));
      if (["time", "stacked"].includes(element.dataset.chart)) letChoosePeriod(element, chart);
    }
    const option = OPTIONS[element.dataset.chart](element, data, isMap ? await world : null);
    const ids = (option.series ?? []).map(({ id }) => id).join();
    chart.setOption(option, { replaceMerge: element.dataset.ids === ids ? [] : ["series"] });
    element.dataset.ids = ids;
  };

  const follow = (address) => address && location.assign(address);

  const drawAll = () => {
    for (const [element, chart] of drawn) {
      if (element.isConnected) continue;
      chart.dispose();
      drawn.delete(element);
    }
    for (const element of document.querySelectorAll("[data-chart]")) draw(element);
  };

  // Drawing over days chooses them as the period.
  const letChoosePeriod = (element, chart) => {
    let begin = null;
    let box = null;
    const at = (event) => event.clientX - element.getBoundingClientRect().left;
    const stop = () => {
      box?.remove();
      begin = box = null;
    };
    element.addEventListener("pointerdown", (event) => {
      if (event.button || event.pointerType === "touch") return; // a finger scrolls
      begin = at(event);
    });
    element.addEventListener("pointermove", (event) => {
      if (begin === null || (!box && Math.abs(at(event) - begin) < 8)) return;
      if (!box) {
        box = element.appendChild(document.createElement("div"));
        box.className = "chart-brush";
      }
      box.style.left = `${Math.min(begin, at(event))}px`;
      box.style.width = `${Math.abs(at(event) - begin)}px`;
    });
    element.addEventListener("pointerup", (event) => {
      const { spans } = dataOf(element) ?? { spans: [] };
      if (box && spans.length && spans[0][0] !== spans.at(-1)[0]) {
        const place = (x) => Math.max(0, Math.min(spans.length - 1, chart.convertFromPixel({ xAxisIndex: 0 }, x)));
        const [first, last] = [place(begin), place(at(event))].sort((one, other) => one - other);
        const query = new URLSearchParams(location.search);
        for (const name of ["period", "since", "last", "unit", "page"]) query.delete(name);
        query.set("from", spans[first][0]);
        query.set("to", spans[last][1]);
        const source = document.getElementById("screen-body");
        htmx.ajax("GET", `${location.pathname}?${query}`, { source, target: "#screen", swap: "morph" });
      }
      stop();
    });
    element.addEventListener("pointerleave", stop);
  };

  document.addEventListener("click", (event) => {
    const picture = event.target.closest?.("[data-picture]");
    if (picture) {
      const chart = drawn.get(document.getElementById(picture.dataset.picture));
      const link = document.createElement("a");
      link.download = `${picture.dataset.name}.png`;
      link.href = chart?.getDataURL({ pixelRatio: 2, backgroundColor: color("surface") }) ?? "";
      if (chart) link.click();
      return;
    }
    // The figures of all metrics are on the page: a tile only chooses among them.
    const tile = event.target.closest?.("a.tile");
    if (!tile || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const other of tile.parentElement.children) {
      if (other === tile) other.setAttribute("aria-current", "true");
      else other.removeAttribute("aria-current");
    }
    history.replaceState(history.state, "", tile.href);
    drawAll();
  });

  document.addEventListener("DOMContentLoaded", drawAll);
  document.addEventListener("htmx:afterSwap", drawAll);
  document.addEventListener("tally:theme", () => drawn.size && drawAll());
  addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize()));
})();
