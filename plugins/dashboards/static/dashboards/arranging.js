// Widgets of a dashboard are moved and sized with a pointer, too. What is sent is what the buttons send. Nothing moves but
// what is dragged: figures that arrive meanwhile wait until it is let go.
(() => {
  const COLUMNS = 12;
  const LEAST_COLUMNS = 2;
  const MOST_ROWS = 12;
  const EDGE = 64; // px at the top and bottom of the window in which the page scrolls
  const FASTEST = 18; // px of a frame

  const screen = document.getElementById("screen");
  let drag = null; // { way, pointer, x, y, scrolled, lowest, last, hasMoved }
  let sending = null; // { form, undo }: nothing else is dragged until the answer is there
  let isHeld = false; // an answer came meanwhile and was not shown

  const cells = () => [...document.querySelectorAll(".board-cell")];
  const cellsBeside = (cell) => cells().filter((other) => other !== cell);
  const isRightToLeft = () => document.documentElement.dir === "rtl";
  const limited = (value, least, most) => Math.min(most, Math.max(least, value));
  const scroller = () => (document.fullscreenElement === screen ? screen : document.scrollingElement);

  const fill = (form, fields = {}) => {
    for (const name of ["place", "columns", "rows"]) form.elements[name].value = fields[name] ?? "";
  };

  const send = (form, fields, undo) => {
    fill(form, fields);
    sending = { form, undo };
    form.requestSubmit();
  };

  const clearMarks = () => cells().forEach((cell) => cell.classList.remove("is-before", "is-after", "is-stacked"));

  // The nearest cell, unless the pointer is still where it came from; and on which side of it the dragged one goes.
  const target = (cell, home, x, y) => {
    const distance = (box) => Math.hypot(x - limited(x, box.left, box.right), y - limited(y, box.top, box.bottom));
    if (!distance(home)) return null;
    const found = cellsBeside(cell).map((other) => ({ other, box: other.getBoundingClientRect() }));
    const nearest = found.sort((a, b) => distance(a.box) - distance(b.box))[0];
    if (!nearest) return null;
    const { other, box } = nearest;
    const isStacked = box.width > other.parentElement.clientWidth * 0.75; // nothing stands beside it
    const isAfter = isStacked ? y > box.top + box.height / 2 : x > box.left + box.width / 2 !== isRightToLeft();
    return { other, isAfter, isStacked };
  };

  const moving = (cell, form) => {
    const start = cell.getBoundingClientRect();
    let found = null;
    cell.classList.add("is-dragged");
    const undo = () => {
      cell.classList.remove("is-dragged");
      cell.style.transform = "";
      clearMarks();
    };
    return {
      undo,
      move(x, y, dx, dy, scrolled) {
        cell.style.transform = `translate(${dx}px, ${dy}px)`;
        found = target(cell, new DOMRect(start.x, start.y - scrolled, start.width, start.height), x, y);
        clearMarks();
        found?.other.classList.add(found.isAfter ? "is-after" : "is-before");
        found?.other.classList.toggle("is-stacked", found.isStacked);
      },
      drop() {
        undo();
        if (!found) return;
        send(form, { place: cellsBeside(cell).indexOf(found.other) + (found.isAfter ? 1 : 0) }, () => {});
      },
    };
  };

  // Only the outline changes: a widget that becomes narrower may have room in another row, and would run away.
  const sizing = (cell, form) => {
    const before = cell.className;
    const [columns, rows] = ["w", "h"].map((letter) => Number(before.match(`\\b${letter}(\\d+)`)[1]));
    const grid = cell.parentElement;
    const style = getComputedStyle(grid);
    const gap = parseFloat(style.columnGap);
    const column = (grid.clientWidth + gap) / COLUMNS;
    const row = parseFloat(style.gridAutoRows) + gap;
    const outline = cell.appendChild(document.createElement("div"));
    outline.className = "board-outline";
    cell.classList.add("is-sized");
    let size = { columns, rows };
    const show = () => {
      outline.style.inlineSize = `${size.columns * column - gap}px`;
      outline.style.blockSize = `${size.rows * row - gap}px`;
      outline.textContent = `${size.columns} × ${size.rows}`;
    };
    const stop = () => {
      outline.remove();
      cell.classList.remove("is-sized");
    };
    show();
    return {
      move(x, y, dx, dy) {
        size = {
          columns: limited(columns + Math.round((isRightToLeft() ? -dx : dx) / column), LEAST_COLUMNS, COLUMNS),
          rows: limited(rows + Math.round(dy / row), 1, MOST_ROWS),
        };
        show();
      },
      // At once: the answer brings the same.
      drop() {
        stop();
        if (size.columns === columns && size.rows === rows) return;
        cell.classList.replace(`w${columns}`, `w${size.columns}`);
        cell.classList.replace(`h${rows}`, `h${size.rows}`);
        send(form, size, () => (cell.className = before));
      },
      undo: stop,
    };
  };

  const follow = () => {
    const { way, x, y, scrolled, last } = drag;
    const moved = scroller().scrollTop - scrolled;
    way.move(last.x, last.y, last.x - x, last.y - y + moved, moved);
  };

  // Near the edge of the window the page scrolls, the faster the nearer.
  const scrollAtEdge = () => {
    if (!drag) return;
    const { y } = drag.last;
    const beyond = y < EDGE ? y - EDGE : Math.max(0, y - (innerHeight - EDGE));
    if (beyond && drag.hasMoved) {
      const top = scroller().scrollTop + (limited(beyond, -EDGE, EDGE) / EDGE) * FASTEST;
      scroller().scrollTop = Math.min(top, drag.lowest);
      follow();
    }
    requestAnimationFrame(scrollAtEdge);
  };

  const end = (isDropped) => {
    if (!drag) return;
    const { way, hasMoved } = drag;
    drag = null;
    if (isDropped && hasMoved) way.drop();
    else way.undo();
    if (isHeld && !sending) window.tally.reread();
    isHeld = false;
  };

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.("[data-drag], [data-resize]");
    if (!handle || event.button !== 0 || drag || sending?.form.isConnected) return;
    event.preventDefault();
    const cell = handle.closest(".board-cell");
    const form = cell.querySelector("form:has([name=place])");
    const at = { x: event.clientX, y: event.clientY };
    const way = handle.matches("[data-drag]") ? moving(cell, form) : sizing(cell, form);
    const { scrollTop: scrolled, scrollHeight, clientHeight } = scroller();
    // What is dragged below the end makes the page longer.
    const lowest = scrollHeight - clientHeight;
    drag = { way, pointer: event.pointerId, ...at, last: at, scrolled, lowest, hasMoved: false };
    handle.setPointerCapture(event.pointerId);
    requestAnimationFrame(scrollAtEdge);
  });
  document.addEventListener("pointermove", (event) => {
    if (drag?.pointer !== event.pointerId) return;
    drag.last = { x: event.clientX, y: event.clientY };
    drag.hasMoved = true;
    follow();
  });
  document.addEventListener("scroll", () => drag && follow(), true);
  for (const type of ["pointerup", "pointercancel"]) {
    document.addEventListener(type, (event) => drag?.pointer === event.pointerId && end(type === "pointerup"));
  }
  document.addEventListener("keydown", (event) => event.key === "Escape" && end(false));

  screen.addEventListener("htmx:beforeSwap", (event) => {
    if (!drag) return;
    event.detail.shouldSwap = false;
    isHeld = true;
  });
  screen.addEventListener("htmx:afterRequest", (event) => {
    if (!sending || event.target !== sending.form) return;
    const { form, undo } = sending;
    sending = null;
    if (event.detail.successful) return;
    undo();
    fill(form);
  });
})();
