// The heat map of a page on the dashboard, and the way to the page itself.
(() => {
  const drawn = new WeakMap(); // canvas -> the text of its data

  const draw = () => {
    const canvas = document.getElementById("heat-map-canvas");
    const source = document.getElementById("heat-map-data");
    if (!canvas || !source) return;
    const width = Math.round(canvas.clientWidth);
    const seen = `${width} ${source.textContent}`;
    if (!width || drawn.get(canvas) === seen) return;
    drawn.set(canvas, seen);
    const { kind, shape, points } = JSON.parse(source.textContent);
    canvas.width = width;
    canvas.height = Math.round(width * Math.min(4, Math.max(0.3, shape)));
    window.tallyHeatMap[kind === "scroll" ? "scrolls" : "clicks"](canvas, points);
  };

  // The window is opened at once, while the browser still knows that somebody clicked. It keeps the name it gets here
  // when it goes to the page: there the SDK reads it.
  const openPage = async (form) => {
    if (!form.reportValidity()) return;
    const opened = window.open("about:blank", "_blank");
    try {
      const answer = await fetch(location.pathname + location.search, { method: "POST", body: new FormData(form) });
      const { address, name, error } = await answer.json();
      if (error) throw new Error(error);
      opened.name = name;
      opened.location = address;
    } catch (error) {
      opened?.close();
      const box = form.querySelector("[data-problem]");
      box.textContent = error.message;
      box.hidden = false;
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-open-page]");
    if (button) openPage(button.form);
  });
  document.addEventListener("DOMContentLoaded", draw);
  document.getElementById("screen")?.addEventListener("htmx:afterSettle", draw);
  addEventListener("resize", draw);
})();
