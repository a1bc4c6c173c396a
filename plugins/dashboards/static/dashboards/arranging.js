// Widgets of a dashboard are moved and sized with a pointer, too: they snap to the columns and rows of the grid. What is
// sent is what the buttons send, so keyboards can do the same.
(() => {
  const COLUMNS = 12;
  const LEAST_COLUMNS = 2;
  const MOST_ROWS = 12;
  const ROW_REM = 4.5; // as dashboards.css says

  let drag = null; // { cell, form, pointer, startX, startY, move, drop, undo }

  const cells = () => [...document.querySelectorAll(".board-cell")];
  const isRightToLeft = () => document.documentElement.dir === "rtl";
  const limited = (value, least, most) => Math.min(most, Math.max(least, value));

  const send = (form, fields) => {
    for (const name of ["place", "columns", "rows"]) form.elements[name].value = fields[name] ?? "";
    form.requestSubmit();
  };

  const clearMarks = () => cells().forEach((cell) => cell.classList.remove("is-before", "is-after"));

  // The cell below the pointer, and whether the dragged one goes behind it.
  const target = (cell, x, y) => {
    for (const other of cells()) {
      if (other === cell) continue;
      const box = other.getBoundingClientRect();
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
      return { other, isAfter: x > box.left + box.width / 2 !== isRightToLeft() };
    }
    return null;
  };

  const moving = (cell, form) => {
    let found = null;
    return {
      move(x, y, dx, dy) {
        cell.style.transform = `translate(${dx}px, ${dy}px)`;
        found = target(cell, x, y);
        clearMarks();
        found?.other.classList.add(found.isAfter ? "is-after" : "is-before");
      },
      drop() {
        this.undo();
        if (!found) return true;
        const others = cells().filter((other) => other !== cell);
        send(form, { place: others.indexOf(found.other) + (found.isAfter ? 1 : 0) });
        return true;
      },
      undo() {
        cell.style.transform = "";
        clearMarks();
      },
    };
  };

  const sizing = (cell, form) => {
    const before = cell.className;
    const grid = cell.parentElement;
    const gap = parseFloat(getComputedStyle(grid).columnGap) || 0;
    const column = (grid.clientWidth + gap) / COLUMNS;
    const row = ROW_REM * parseFloat(getComputedStyle(document.documentElement).fontSize);
    let size = null;
    return {
      move(x, y) {
        const box = cell.getBoundingClientRect();
        const width = isRightToLeft() ? box.right - x : x - box.left;
        size = {
          columns: limited(Math.round((width + gap) / column), LEAST_COLUMNS, COLUMNS),
          rows: limited(Math.round((y - box.top) / row), 1, MOST_ROWS),
        };
        cell.className = `${before.replace(/\b[wh]\d+\b/g, "").trim()} w${size.columns} h${size.rows}`;
      },
      // It keeps the size that it has by now: the answer brings the same.
      drop() {
        if (size) send(form, size);
        return Boolean(size);
      },
      undo() {
        cell.className = before;
      },
    };
  };

  const end = (isDropped) => {
    if (!drag) return;
    const { cell, way } = drag;
    drag = null;
    cell.classList.remove("is-dragged", "htmx-request");
    if (!isDropped || !way.drop()) way.undo();
  };

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.("[data-drag], [data-resize]");
    if (!handle || event.button !== 0 || drag) return;
    event.preventDefault();
    const cell = handle.closest(".board-cell");
    const form = cell.querySelector("form:has([name=place])");
    const way = handle.matches("[data-drag]") ? moving(cell, form) : sizing(cell, form);
    drag = { cell, way, pointer: event.pointerId, x: event.clientX, y: event.clientY };
    handle.setPointerCapture(event.pointerId);
    // As if the cell were being read: until it is let go, nothing else reads the page anew under the pointer.
    cell.classList.add("htmx-request");
    if (handle.matches("[data-drag]")) cell.classList.add("is-dragged");
  });
  document.addEventListener("pointermove", (event) => {
    if (drag?.pointer !== event.pointerId) return;
    drag.way.move(event.clientX, event.clientY, event.clientX - drag.x, event.clientY - drag.y);
  });
  document.addEventListener("pointerup", (event) => drag?.pointer === event.pointerId && end(true));
  document.addEventListener("pointercancel", (event) => drag?.pointer === event.pointerId && end(false));
  document.addEventListener("keydown", (event) => event.key === "Escape" && end(false));
})();
