// Lets a number run from its old to its new value. The last text is always the server's, and the words of the language
// are: figures.py.
(() => {
  const DURATION_MS = 450;
  const SIZES = [86400, 3600, 60, 1];
  const words = JSON.parse(document.getElementById("figure-words").textContent);
  const exactFormat = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
  const running = new WeakMap();

  const inWords = (text) => text.replace(/[.,]/g, (sign) => (sign === "," ? words.group : words.decimal));
  const exact = (number) => inWords(exactFormat.format(number));

  const compact = (number, limit = 1e4) => {
    if (Math.abs(number) < limit) return exact(number);
    const place = words.units.findIndex(([least]) => Math.abs(number) >= least);
    if (place < 0) return exact(Math.round(number));
    const [, size, unit] = words.units[place];
    const text = (number / size).toFixed(Math.abs(number / size) >= 99.95 ? 0 : 1).replace(/\.0$/, "");
    const above = words.units[place - 1];
    if (above && Math.abs(text) * size >= above[0]) return (number < 0 ? "-1" : "1") + above[2];
    return inWords(text) + unit;
  };

  const durationParts = (seconds) => {
    let rest = Math.max(0, Math.round(seconds));
    const parts = []; // number and text
    SIZES.forEach((size, place) => {
      if (parts.length || rest >= size || size === 1) {
        const number = Math.floor(rest / size);
        parts.push([number, words.durations[place].replace("{0}", number)]);
      }
      rest %= size;
    });
    return parts.slice(0, 2);
  };

  const joined = (parts) => parts.map(([, text]) => text).join(" ");
  const duration = (seconds) => joined(durationParts(seconds));

  const signed = (text) => words.percent.replace("{0}", inWords(text));
  const percent = (value) =>
    value > 0 && value < 0.1 ? `<${signed("0.1")}` : signed(value.toFixed(1).replace(/\.0$/, ""));

  const text = (value, kind) => {
    if (kind === "duration") return duration(value);
    if (kind === "percent") return percent(value);
    return compact(value, kind === "total" ? 1e7 : 1e4);
  };

  const exactText = (value, kind) => {
    if (kind === "duration") return duration(value);
    return kind === "percent" ? signed(exactFormat.format(value)) : exact(value);
  };

  /** Of an axis: "2h" rather than "2h 0m". */
  const axisText = (value, kind) => {
    if (!value) return "0";
    return kind === "duration" ? joined(durationParts(value).filter(([number]) => number)) : text(value, kind);
  };

  const move = (element, from, to, last) => {
    cancelAnimationFrame(running.get(element));
    const still = document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still || !Number.isFinite(from) || !Number.isFinite(to) || from === to) {
      element.textContent = last;
      return;
    }
    const whole = Number.isInteger(from) && Number.isInteger(to);
    const begun = performance.now();
    const step = (now) => {
      const share = Math.min(1, (now - begun) / DURATION_MS);
      if (share === 1) {
        element.textContent = last;
        return;
      }
      const value = from + (to - from) * (1 - (1 - share) ** 3);
      element.textContent = text(whole ? Math.round(value) : value, element.dataset.kind);
      running.set(element, requestAnimationFrame(step));
    };
    running.set(element, requestAnimationFrame(step));
  };

  window.tally = Object.assign(window.tally ?? {}, { axisText, exactText, figureText: text, moveFigure: move });
})();
