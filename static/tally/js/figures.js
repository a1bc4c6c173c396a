// Lets a number run from its old to its new value. The last text is always the server's.
(() => {
  const DURATION_MS = 450;
  const units = [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]];
  const compactFormat = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
  const exactFormat = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
  const running = new WeakMap();

  const compact = (number, limit = 1e4) => (Math.abs(number) < limit ? exactFormat : compactFormat).format(number);

  const duration = (seconds) => {
    let rest = Math.max(0, Math.round(seconds));
    const parts = [];
    for (const [unit, size] of units) {
      if (parts.length || rest >= size || unit === "s") parts.push(Math.floor(rest / size) + unit);
      rest %= size;
    }
    return parts.slice(0, 2).join(" ");
  };

  const percent = (value) => (value > 0 && value < 0.1 ? "<0.1%" : `${value.toFixed(1).replace(/\.0$/, "")}%`);

  const text = (value, kind) => {
    if (kind === "duration") return duration(value);
    if (kind === "percent") return percent(value);
    return compact(value, kind === "total" ? 1e7 : 1e4);
  };

  const exactText = (value, kind) => {
    if (kind === "duration") return duration(value);
    return exactFormat.format(value) + (kind === "percent" ? "%" : "");
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

  window.tally = Object.assign(window.tally ?? {}, { compact, duration, figureText: text, exactText, moveFigure: move });
})();
