// <button data-copy="#element"> copies that element's text. Without https browsers offer only the old way.
(() => {
  const copyOldWay = (text) => {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  };

  const copy = async (text) => {
    if (!navigator.clipboard) return copyOldWay(text);
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyOldWay(text);
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const label = button.querySelector("span");
    const copied = await copy(document.querySelector(button.dataset.copy).textContent.trim());
    label.textContent = copied ? "Copied" : "Press Ctrl+C";
    button.focus();
    setTimeout(() => (label.textContent = "Copy"), 1600);
  });
})();
