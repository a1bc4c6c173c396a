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

  // points: [x, y, width, height, number]. Places are drawn where they lie in relation to the size of their page.
  const clicks = (canvas, points) => {
    const context = prepared(canvas);
    const radius = Math.max(8, Math.min(28, canvas.width / 40));
    const places = new Map();
    let most = 0;
    for (const [x, y, width, height, number] of points) {
      const left = Math.round((x / width) * canvas.width);
      const top = Math.round((y / height) * canvas.height);
      const key = `${Math.round(left / 4)} ${Math.round(top / 4)}`;
      const place = places.get(key) ?? { left, top, number: 0 };
      place.number += number;
      places.set(key, place);
      most = Math.max(most, place.number);
    }
    for (const { left, top, number } of places.values()) {
      const spot = context.createRadialGradient(left, top, 0, left, top, radius);
      const strength = 0.25 + 0.75 * (Math.log1p(number) / Math.log1p(most));
      spot.addColorStop(0, `rgb(0 0 0 / ${strength})`);
      spot.addColorStop(1, "rgb(0 0 0 / 0)");
      context.fillStyle = spot;
      context.fillRect(left - radius, top - radius, radius * 2, radius * 2);
    }
    if (!places.size) return;
    const image = context.getImageData(0, 0, canvas.width, canvas.height);
    const table = colors();
    for (let index = 3; index < image.data.length; index += 4) {
      const strength = image.data[index];
      if (!strength) continue;
      image.data.set(table.subarray(strength * 4, strength * 4 + 3), index - 3);
      image.data[index] = Math.min(255, 60 + strength);
    }
    context.putImageData(image, 0, 0);
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
