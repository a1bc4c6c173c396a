// Light, dark or as the system says. Loaded before the first paint, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const stored = () => {
    try {
      return localStorage.getItem("tally.theme");
    } catch {
      return null; // storage may be forbidden
    }
  };

  const apply = (choice) => {
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === (root.dataset.theme ?? "system")));
    }
    document.dispatchEvent(new Event("tally:theme"));
  };

  root.dataset.scripts = "";
  apply(stored());
  document.addEventListener("DOMContentLoaded", () => apply(stored()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => apply(stored()));
  addEventListener("storage", (event) => event.key === "tally.theme" && apply(stored()));

  document.addEventListener("click", (event) => {
    const choice = event.target.closest?.("[data-theme-choice]")?.dataset.themeChoice;
    if (!choice) return;
    try {
      localStorage.setItem("tally.theme", choice);
    } catch {
      // The choice then lasts as long as the page.
    }
    apply(choice);
  });
})();
