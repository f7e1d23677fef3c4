// Ctrl-K finds, / goes to the page's own search, ? shows the keys. Without script the link leads to
// the search page. Qualifiers are completed from the list that the page has for the first word.
"use strict";

(() => {
  const OFF = "single-keys-off";
  const palette = document.getElementById("palette");
  const keys = document.getElementById("keys");
  if (!palette) return;
  const input = palette.querySelector("input");
  const found = document.getElementById("palette-found");
  const box = keys.querySelector("[data-single-keys]");
  const links = () => [...found.querySelectorAll("a")];
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  function open() {
    if (palette.open) return input.select();
    palette.showModal();
    input.select();
    const address = `${input.form.action}?q=${encodeURIComponent(input.value)}`;
    if (window.htmx) htmx.ajax("GET", address, { target: found, swap: "innerHTML" });
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return open();
    }
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isPlain || isTyping(event.target) || localStorage.getItem(OFF) || document.querySelector("dialog[open]")) return;
    if (event.key === "/") {
      event.preventDefault();
      const own = document.querySelector("main input[type=search]");
      if (own && own.offsetParent) own.select();
      else open();
    } else if (event.key === "?") {
      event.preventDefault();
      box.checked = true;
      keys.showModal();
    }
  });

  // Arrows walk through what was found; Enter in the box goes to the first.
  palette.addEventListener("keydown", (event) => {
    const all = links();
    const at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      if (next < 0) input.focus();
      else all[Math.min(next, all.length - 1)]?.focus();
    } else if (event.key === "Enter" && at < 0 && all.length && input.value && !document.querySelector(".htmx-request")) {
      event.preventDefault();
      all[0].click();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target === palette || event.target === keys) event.target.close();
    if (!event.target.closest("[data-palette]")) return;
    event.preventDefault();
    open();
  });
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
})();

// The last word of a search is completed: the list holds terms, and is laid behind what stands before.
document.addEventListener("input", (event) => {
  const list = event.target.closest("[data-completes]")?.list;
  if (!list) return;
  list.terms ??= [...list.options].map((option) => option.value);
  const before = event.target.value.replace(/\S*$/, "");
  list.replaceChildren(...list.terms.map((term) => new Option("", before + term)));
});
