// An htmx swap named "morph": changes what is on the page into what the server sent, in place. Elements that stay keep
// their focus, scroll position, hover and open state; <data> elements run to their new number.
//
// Children match by `id`, then by `data-key`, then by position among the same tag. `data-keep` leaves an element alone.
(() => {
  const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset.key || "" : "");
  const isSameKind = (one, other) => one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

  const morphAttributes = (old, fresh) => {
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    for (const { name } of [...old.attributes]) {
      if (fresh.hasAttribute(name) || (name === "open" && /^(DETAILS|DIALOG)$/.test(old.nodeName))) continue;
      old.removeAttribute(name);
    }
  };

  const morphNode = (old, fresh) => {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
      return;
    }
    if (old.hasAttribute("data-keep")) return;
    if (old.nodeName === "DATA") {
      const [before, after] = [old, fresh].map((node) => Number(node.value));
      morphAttributes(old, fresh);
      if (before !== after) window.tally.moveFigure(old, before, after, fresh.textContent);
      return;
    }
    morphAttributes(old, fresh);
    morphChildren(old, fresh);
  };

  const place = (parent, node, before) => {
    if (node.parentNode === parent && parent.moveBefore) return parent.moveBefore(node, before);
    const focused = node.contains(document.activeElement) ? document.activeElement : null;
    parent.insertBefore(node, before);
    focused?.focus({ preventScroll: true });
  };

  const morphChildren = (parent, fresh) => {
    const byKey = new Map();
    for (const child of parent.children) {
      if (keyOf(child)) byKey.set(child.nodeName + keyOf(child), child);
    }
    let cursor = parent.firstChild;
    for (const wanted of [...fresh.childNodes]) {
      // Text holds no state: where an element is due it makes way, rather than the element.
      while (wanted.nodeType === Node.ELEMENT_NODE && cursor && cursor.nodeType !== Node.ELEMENT_NODE) {
        const text = cursor;
        cursor = cursor.nextSibling;
        text.remove();
      }
      const key = keyOf(wanted);
      let match = key ? byKey.get(wanted.nodeName + key) : null;
      if (!key && cursor && isSameKind(cursor, wanted)) match = cursor;
      if (!match) {
        parent.insertBefore(wanted, cursor);
        continue;
      }
      byKey.delete(wanted.nodeName + key);
      if (match === cursor) cursor = cursor.nextSibling;
      else place(parent, match, cursor);
      morphNode(match, wanted);
    }
    while (cursor) {
      const rest = cursor;
      cursor = cursor.nextSibling;
      rest.remove();
    }
  };

  htmx.defineExtension("morph", {
    isInlineSwap: (style) => style === "morph",
    handleSwap: (style, target, fragment) => {
      if (style !== "morph") return false;
      morphChildren(target, fragment);
      return [target];
    },
  });

  // Reads the address of the page again; resolves even if it cannot.
  window.tally.reread = () => {
    const screen = document.getElementById("screen");
    const where = location.pathname + location.search;
    return htmx.ajax("GET", where, { source: screen, target: screen, swap: "morph" }).catch(() => {});
  };

  // htmx rejects with nothing when a newer read replaces one under way (hx-sync): no error.
  addEventListener("unhandledrejection", (event) => event.reason === undefined && event.preventDefault());
})();
