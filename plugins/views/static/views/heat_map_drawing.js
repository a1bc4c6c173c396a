// Draws clicks as warm spots and scrolls as bands. Shared by the screen of the dashboard and by the script for people's
// own pages, so it relies on nothing but a canvas.
window.tallyHeatMap ??= (() => {
  const STEPS = 10; // of a scroll map
  const COLORS = [
    [0.2, "#2673b8"],
    [0.45, "#0b8a7d"],
    [0.65, "#d4cf5a"],
    [0.85, "#c2570c"],
    [1, "#b3302b"],
  ];

  const prepared = (canvas) => {
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.clearRect(0, 0, canvas.width, canvas.height);
    return context;
  };

  // The color for each of 256 strengths, as red, green, blue and alpha.
  let palette = null;
  const colors = () => {
    if (palette) return palette;
    const strip = document.createElement("canvas");
    strip.width = 256;
    strip.height = 1;
    const context = strip.getContext("2d");
    const gradient = context.createLinearGradient(0, 0, 256, 0);
    for (const [stop, color] of COLORS) gradient.addColorStop(stop, color);
    context.fillStyle = gradient;
    context.fillRect(0, 0, 256, 1);
    return (palette = context.getImageData(0, 0, 256, 1).data);
  };

  const CELL = 4; // pixels: how finely clicks are told apart

  // points: [x, y, width, height, number]. Places are drawn where they lie in relation to the size of their page; the
  // densest of them is the warmest.
  const clicks = (canvas, points) => {
    const context = prepared(canvas);
    const columns = Math.ceil(canvas.width / CELL);
    const rows = Math.ceil(canvas.height / CELL);
    const density = new Float32Array(columns * rows);
    const reach = Math.max(2, Math.min(7, Math.round(canvas.width / 160)));
    const add = (left, top, number) => {
      for (let row = Math.max(0, top - reach); row <= Math.min(rows - 1, top + reach); row += 1) {
        for (let column = Math.max(0, left - reach); column <= Math.min(columns - 1, left + reach); column += 1) {
          const distance = Math.hypot(column - left, row - top) / reach;
          if (distance < 1) density[row * columns + column] += number * (1 - distance * distance) ** 2;
        }
      }
    };
    const places = new Map();
    for (const [x, y, width, height, number] of points) {
      const left = Math.min(columns - 1, Math.floor((x / width) * columns));
      const place = Math.min(rows - 1, Math.floor((y / height) * rows)) * columns + left;
      places.set(place, (places.get(place) ?? 0) + number);
    }
    for (const [place, number] of places) add(place % columns, Math.floor(place / columns), number);
    const most = density.reduce((one, other) => Math.max(one, other), 0);
    if (!most) return;
    const small = document.createElement("canvas");
    small.width = columns;
    small.height = rows;
    const image = small.getContext("2d").createImageData(columns, rows);
    const table = colors();
    density.forEach((value, index) => {
      if (!value) return;
      const strength = Math.sqrt(value / most); // so that single clicks are seen beside many
      const at = Math.round(strength * 255) * 4;
      image.data.set(table.subarray(at, at + 3), index * 4);
      image.data[index * 4 + 3] = Math.min(225, 420 * strength);
    });
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = true;
    context.drawImage(small, 0, 0, columns * CELL, rows * CELL);
  };

  // The share of all scrolls that came to the end of each tenth of the page, from the top, in percent.
  const reached = (points) => {
    const counted = Array(STEPS).fill(0);
    let total = 0;
    for (const [, y, , height, number] of points) {
      total += number;
      const steps = Math.min(STEPS, Math.floor((y * STEPS) / height));
      for (let step = 0; step < steps; step += 1) counted[step] += number;
    }
    return counted.map((number) => (total ? (number * 100) / total : 0));
  };

  const scrolls = (canvas, points) => {
    const context = prepared(canvas);
    const table = colors();
    const height = canvas.height / STEPS;
    reached(points).forEach((share, step) => {
      const at = Math.round((share / 100) * 255) * 4;
      const top = Math.round(step * height);
      context.fillStyle = `rgb(${table[at]} ${table[at + 1]} ${table[at + 2]} / 0.45)`;
      context.fillRect(0, top, canvas.width, Math.ceil(height));
      const text = `${share.toFixed(1)} %`;
      context.font = "600 13px system-ui, sans-serif";
      const width = context.measureText(text).width + 12;
      context.fillStyle = "rgb(255 255 255 / 0.9)";
      context.fillRect(8, top + height / 2 - 10, width, 20);
      context.fillStyle = "#14171d";
      context.fillText(text, 14, top + height / 2 + 5);
    });
  };

  return { clicks, scrolls };
})();
