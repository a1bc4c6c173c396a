// Keeps the screen at the newest version of its figures. The server says which version is current; whenever it is not
// the one on the page, the page reads its own address again and morphs. So a lost message, a broken line or a
// sleeping laptop cost time, never truth.
(() => {
  const SILENCE_MS = 40_000; // the server speaks every 15 s
  const LONGEST_PAUSE_MS = 30_000;
  const FORBIDDEN = 4403;

  const screen = document.querySelector("[data-live]");
  let socket = null;
  let isStale = false; // a version other than the shown one was heard of
  let swaps = 0;
  let failures = 0;
  let reading = false;
  let watchdog = 0;
  let retry = 0;

  const shown = () => document.getElementById("shown")?.dataset.version;

  const show = (state) => {
    const indicator = document.getElementById("live");
    if (!indicator || indicator.dataset.state === state.toLowerCase()) return;
    indicator.dataset.state = state.toLowerCase();
    indicator.querySelector("[data-live-text]").textContent = indicator.dataset[`text${state}`];
  };

  const ripple = () => {
    const indicator = document.getElementById("live");
    if (!indicator) return;
    delete indicator.dataset.moved;
    requestAnimationFrame(() => (indicator.dataset.moved = ""));
  };

  const pause = (times) => Math.min(LONGEST_PAUSE_MS, 500 * 2 ** times) * (0.75 + Math.random() / 2);

  const catchUp = async () => {
    // While another period is being fetched, its answer will be the newest; asking for the old address now would
    // bring the old period back. The end of that request calls again.
    if (reading || document.hidden || screen.querySelector(".htmx-request")) return;
    reading = true;
    try {
      for (let tries = 0; isStale && !document.hidden; tries += 1) {
        isStale = false; // what is heard from now on may be newer than the answer
        const before = swaps;
        await window.tally.reread();
        if (swaps !== before) {
          tries = 0;
          ripple();
        } else {
          isStale = true;
          await new Promise((resolve) => setTimeout(resolve, pause(tries)));
        }
      }
    } finally {
      reading = false;
    }
  };

  const watch = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => socket?.close(), SILENCE_MS);
  };

  const connect = () => {
    clearTimeout(retry);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}${screen.dataset.live}`);
    const mine = socket;
    watch();
    mine.addEventListener("message", (event) => {
      failures = 0;
      watch();
      show("Live");
      if (String(JSON.parse(event.data).version) !== shown()) isStale = true;
      catchUp();
    });
    mine.addEventListener("close", (event) => {
      if (mine !== socket) return;
      clearTimeout(watchdog);
      if (event.code === FORBIDDEN) return location.reload(); // to the login, or to "not found"
      show("Lost");
      retry = setTimeout(connect, pause(failures));
      failures += 1;
    });
  };

  // Do not wait for the next try when there is a reason to expect success.
  const hurry = () => {
    if (document.hidden) return;
    if (socket.readyState === WebSocket.CLOSED) {
      failures = 0;
      connect();
    }
    catchUp();
  };

  screen.addEventListener("htmx:afterSwap", () => (swaps += 1));
  screen.addEventListener("htmx:afterSettle", () => isStale && catchUp());
  document.addEventListener("DOMContentLoaded", connect);
  // Who leaves sends nothing.
  if (screen.dataset.rereads) {
    setInterval(() => {
      if (socket?.readyState !== WebSocket.OPEN) return;
      isStale = true;
      catchUp();
    }, screen.dataset.rereads * 1000);
  }
  document.addEventListener("visibilitychange", hurry);
  addEventListener("online", hurry);
  addEventListener("offline", () => socket?.close());
  addEventListener("pagehide", () => {
    const last = socket;
    socket = null;
    last?.close();
  });
  addEventListener("pageshow", (event) => event.persisted && connect());
})();
