// A dashboard hears of all its applications, not only of the one it is looked at from; looks again as often as it was
// told to; fills the screen; and opens the drawer of a widget that the address names.
(() => {
  const PAUSE_MS = 1_000; // between two reads
  const LONGEST_WAIT_MS = 30_000;

  const screen = document.getElementById("screen");
  const board = () => document.getElementById("board");
  const sockets = new Map(); // address -> WebSocket
  let isStale = false;
  let isReading = false;
  let timer = 0;
  let seconds = ""; // between two looks

  const isBusy = () => document.hidden || document.querySelector("dialog[data-modal][open]");

  const read = async () => {
    if (!isStale || isReading || isBusy() || screen.querySelector(".htmx-request")) return;
    isReading = true;
    isStale = false;
    try {
      await window.tally.reread();
    } finally {
      setTimeout(() => {
        isReading = false;
        read();
      }, PAUSE_MS);
    }
  };

  const readAnew = () => {
    isStale = true;
    read();
  };

  const listen = (address, failures = 0) => {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${address}`);
    let heard = null;
    sockets.set(address, socket);
    socket.addEventListener("message", (event) => {
      const { version } = JSON.parse(event.data);
      // After a broken line the first word may already tell of something new.
      if (heard === null ? failures > 0 : heard !== version) isStale = true;
      heard = version;
      failures = 0;
      read();
    });
    socket.addEventListener("close", (event) => {
      if (sockets.get(address) !== socket) return;
      sockets.delete(address);
      // Who may not look at that application by himself sees its figures when something else makes the page read.
      if (event.code >= 4400 && event.code < 4500) return;
      const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures);
      setTimeout(() => wanted().includes(address) && !sockets.has(address) && listen(address, failures + 1), wait);
    });
  };

  const wanted = () => (board()?.dataset.lines ?? "").split(" ").filter(Boolean);

  const follow = () => {
    if (!board()) return;
    const addresses = wanted();
    for (const [address, socket] of sockets) {
      if (addresses.includes(address)) continue;
      sockets.delete(address);
      socket.close();
    }
    for (const address of addresses) if (!sockets.has(address)) listen(address);
    if (seconds !== board().dataset.seconds) {
      seconds = board().dataset.seconds;
      clearInterval(timer);
      if (seconds > 0) timer = setInterval(readAnew, seconds * 1000);
    }
  };

  const showDrawer = () => {
    const drawer = document.querySelector("dialog[data-modal][open]");
    if (!drawer || drawer.matches(":modal")) return;
    drawer.close();
    drawer.showModal();
    drawer.addEventListener("close", () => drawer.open || location.assign(drawer.dataset.back));
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-whole-screen]")) return;
    if (document.fullscreenElement) document.exitFullscreen();
    else screen.requestFullscreen?.();
  });
  // A table has no colors.
  document.addEventListener("change", (event) => {
    if (event.target.id !== "widget-shape") return;
    event.target.form.querySelector(".board-looks")?.toggleAttribute("data-colorless", event.target.value === "table");
  });
  document.addEventListener("visibilitychange", read);
  document.addEventListener("DOMContentLoaded", () => {
    follow();
    showDrawer();
  });
  screen?.addEventListener("htmx:afterSettle", () => {
    follow();
    read();
  });
})();
