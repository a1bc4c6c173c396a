// <button data-copy="#element"> copies that element's text, <button data-copy-text="..."> its own.
// Without https browsers offer only the old way.
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
    const button = event.target.closest?.("[data-copy], [data-copy-text]");
    if (!button) return;
    const { copy: selector, copyText: text } = button.dataset;
    const label = button.querySelector("span") ?? button;
    const before = label.textContent;
    const copied = await copy(text ?? document.querySelector(selector).textContent.trim());
    label.textContent = copied ? (button.dataset.copied ?? "Copied") : "Ctrl+C";
    button.focus();
    setTimeout(() => (label.textContent = before), 1600);
  });
})();
