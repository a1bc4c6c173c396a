// Dialogs, drawers, questions before what cannot be undone, and short messages.
(() => {
  const TOAST_MS = 6000;

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opens]");
    if (opener) {
      opener.closest("[popover]:popover-open")?.hidePopover();
      document.querySelector(opener.dataset.opens)?.showModal();
      return;
    }
    event.target.closest?.("[data-shuts]")?.closest("dialog").close();
    // A click beside the box falls on the dialog itself.
    if (event.target.matches("dialog[open]:not([role=alertdialog])")) {
      const { clientX: x, clientY: y } = event;
      const { left, right, top, bottom } = event.target.getBoundingClientRect();
      if (x < left || x > right || y < top || y > bottom) event.target.close();
    }
  });

  // A list whose order is sent with the form: buttons move their row by one.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-move]");
    const row = button?.closest("li");
    if (button?.dataset.move === "1") row.nextElementSibling?.after(row);
    else row?.previousElementSibling?.before(row);
    button?.focus();
  });

  // <form data-confirm="Delete it?"> and elements with hx-confirm ask first.
  const ask = (question, yes) =>
    new Promise((resolve) => {
      const dialog = document.getElementById("confirm");
      const button = dialog.querySelector("[data-yes]");
      document.getElementById("confirm-question").textContent = question;
      const usual = button.textContent;
      if (yes) button.textContent = yes;
      dialog.returnValue = "";
      dialog.addEventListener(
        "close",
        () => {
          button.textContent = usual;
          resolve(dialog.returnValue === "yes");
        },
        { once: true },
      );
      dialog.showModal();
    });

  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
      if (!question || form.dataset.confirmed !== undefined) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!(await ask(question, event.submitter?.dataset.confirmYes ?? form.dataset.confirmYes))) return;
      form.dataset.confirmed = "";
      form.requestSubmit(event.submitter ?? undefined);
      delete form.dataset.confirmed;
    },
    true,
  );

  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    if (await ask(event.detail.question)) event.detail.issueRequest(true);
  });

  // Messages -------------------------------------------------------------------------------------------------------
  const toast = (text, kind = "") => {
    const item = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
    item.querySelector("span").textContent = text;
    if (kind) item.classList.add(kind);
    document.getElementById("toasts").append(item);
    fade(item);
  };

  // Errors stay until they are read.
  const fade = (item) => item.classList.contains("error") || setTimeout(() => item.remove(), TOAST_MS);

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".toast").forEach(fade));
  document.addEventListener("click", (event) => event.target.closest?.("[data-dismiss]")?.parentElement.remove());
  document.addEventListener("toast", ({ detail }) => toast(detail.value ?? detail.text, detail.kind));

  window.tally = Object.assign(window.tally ?? {}, { toast, ask });
})();
