// <button data-copy-text="..."> copies its text. Without https browsers offer only the old way.
(() => {
  const copyOldWay = (text) => {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "tally-offscreen";
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
    const button = event.target.closest?.("[data-copy-text]");
    if (!button) return;
    const copied = await copy(button.dataset.copyText);
    button.textContent = copied ? "Copied" : "Failed";
    setTimeout(() => (button.textContent = "Copy"), 1600);
  });
})();
