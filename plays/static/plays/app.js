// One listener a behaviour, on the document, found by a data attribute. Every page works without.
"use strict";

// A box in a table's head picks every row on the page.
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-pick-all]");
  if (!all) return;
  for (const box of all.closest("form").querySelectorAll("td input[type=checkbox]")) box.checked = all.checked;
});

// A button that prints the page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

const MENUS = ".menu[open], .places[open], .pop[open]";

// An open menu closes on Escape, and on a click elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(MENUS)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector(MENUS);
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A part that could not be fetched says so where screen readers listen.
for (const trouble of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(trouble, () => {
    const messages = document.getElementById("messages");
    const message = document.createElement("p");
    message.className = "message";
    message.dataset.tone = "error";
    message.textContent = messages.dataset.trouble;
    messages.replaceChildren(message);
  });
}
