// Ctrl/Cmd-K goes anywhere; single keys do the rest. Single keys never act while somebody types.
(() => {
  const palette = () => document.getElementById("palette");
  const items = () => [...palette().querySelectorAll("[role=option]:not([hidden])")];
  let isLoaded = false;
  let waitsForPlace = 0;

  const load = async () => {
    if (isLoaded) return;
    const list = document.getElementById("palette-list");
    try {
      const answer = await fetch(palette().dataset.source, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      list.innerHTML = await answer.text(); // ours, and escaped by the server
      isLoaded = true;
      document.getElementById("palette-failed").hidden = true;
      filter();
    } catch {
      document.getElementById("palette-failed").hidden = false;
    }
  };

  const select = (item) => {
    const input = document.getElementById("palette-search");
    for (const other of palette().querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
    input.removeAttribute("aria-activedescendant");
    if (!item) return;
    item.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };

  // All words must occur; what begins with the first one comes first by being selected.
  const filter = () => {
    const words = document.getElementById("palette-search").value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const item of palette().querySelectorAll("[role=option]")) {
      const text = item.textContent.toLocaleLowerCase();
      item.hidden = !words.every((word) => text.includes(word)) || (!words.length && "searched" in item.dataset);
    }
    for (const group of palette().querySelectorAll("[role=group]")) {
      group.hidden = !group.querySelector("[role=option]:not([hidden])");
    }
    const shown = items();
    document.getElementById("palette-nothing").hidden = !isLoaded || shown.length > 0;
    const first = shown.find((item) => words.length && item.textContent.trim().toLocaleLowerCase().startsWith(words[0]));
    select(first ?? shown[0]);
  };

  const open = () => {
    const input = document.getElementById("palette-search");
    if (!palette().open) palette().showModal();
    input.value = "";
    filter();
    input.focus();
    load();
  };

  document.addEventListener("input", (event) => event.target.id === "palette-search" && filter());
  document.addEventListener("click", (event) => event.target.closest?.("[data-opens='#palette']") && open());

  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "palette-search") return;
    const shown = items();
    const place = shown.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) {
      event.preventDefault();
      select(shown[(place + step + shown.length) % shown.length]);
    } else if (event.key === "Enter" && shown[place]) {
      event.preventDefault();
      shown[place].click();
    }
  });

  const isTyping = (target) => target.matches?.("input, select, textarea, [contenteditable]");

  const search = () => {
    const field = document.querySelector("[data-table-search]");
    if (field) field.focus();
    else open();
  };

  const openMenu = (selector) => {
    const menu = document.querySelector(selector);
    if (!menu) return false;
    menu.open = true;
    (menu.querySelector("[data-filter], .menu-item") ?? menu.firstElementChild).focus();
    return true;
  };

  const KEYS = {
    "?": () => document.getElementById("keys").showModal(),
    "/": search,
    p: () => openMenu("#periods"),
    a: () => openMenu("#switcher"),
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (waitsForPlace) {
      clearTimeout(waitsForPlace);
      waitsForPlace = 0;
      document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)?.click();
      return;
    }
    if (event.key === "g") {
      waitsForPlace = setTimeout(() => (waitsForPlace = 0), 1500);
      return;
    }
    const act = KEYS[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
})();
