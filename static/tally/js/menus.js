// Menus open by themselves (<details>); this closes them, and filters lists in them.
(() => {
  const open = () => document.querySelectorAll("details[data-menu][open]");

  document.addEventListener("click", (event) => {
    for (const menu of open()) {
      const closes = event.target.closest("[data-closes]");
      if (menu.contains(event.target) && !closes) continue;
      if (closes) menu.querySelector("summary").focus(); // dialogs give it back
      menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.("details[data-menu][open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });

  document.addEventListener(
    "toggle",
    (event) => {
      if (event.target.matches?.("details[data-menu][open]")) event.target.querySelector("[data-filter]")?.focus();
    },
    true,
  );

  const filter = (input) => {
    const wanted = input.value.trim().toLocaleLowerCase();
    let isAny = false;
    for (const item of document.querySelector(input.dataset.filter).children) {
      item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
      isAny ||= !item.hidden;
    }
    input.closest("details")?.querySelector("[data-filter-empty]")?.toggleAttribute("hidden", isAny);
  };

  // Where one is may stand below the edge of a low window.
  document.addEventListener("DOMContentLoaded", () =>
    document.querySelector("#sidebar nav [aria-current]")?.scrollIntoView({ block: "nearest" }),
  );

  document.addEventListener("input", (event) => event.target.matches("[data-filter]") && filter(event.target));

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches?.("[data-filter]")) return;
    event.preventDefault();
    document.querySelector(`${event.target.dataset.filter} > :not([hidden]) a`)?.click();
  });
})();
