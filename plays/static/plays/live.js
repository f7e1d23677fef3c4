// Live refresh: every part marked [data-live] is fetched anew and replaced if it changed.
// Never while people are at it: not when paused, when the tab is hidden, or while the focus, a tick
// or an open box is in the part. A pointer that moves in it holds it up too, one that rests does not.
"use strict";

(() => {
  const SECONDS = 10;
  const PAUSED = "live-refresh-paused";
  const bar = document.querySelector("[data-live-bar]");
  if (!bar) return;
  const button = bar.querySelector("[data-live-toggle]");
  const state = bar.querySelector("[data-live-state]");
  const status = bar.querySelector("[data-live-status]");
  const etags = new Map();
  const REST = 5000;
  let isFetching = false;
  let movedAt = 0;

  const parts = () => [...document.querySelectorAll("[data-live]")];
  const isPaused = () => localStorage.getItem(PAUSED) === "yes";
  const isBusy = (part) =>
    (part.matches(":hover") && Date.now() - movedAt < REST) || part.contains(document.activeElement) ||
    part.querySelector("input:checked, details[open]") !== null;

  const isAnyBusy = () => parts().some(isBusy) || document.querySelector(".htmx-request") !== null;

  function say(word) {
    const time = new Date().toLocaleTimeString("en-GB", { timeZone: state.dataset.zone || undefined });
    state.textContent = word === "updated" ? `${state.dataset.updated} ${time}` : state.dataset[word];
  }

  function draw() {
    button.textContent = isPaused() ? button.dataset.resume : button.dataset.pause;
    say(isPaused() ? "paused" : "updated");
  }

  async function fetched(address) {
    const headers = {
      "X-Live": "true", "HX-Request": "true", "HX-History-Restore-Request": "true", "HX-Current-URL": location.href,
    };
    if (etags.has(address)) headers["If-None-Match"] = etags.get(address);
    const answer = await fetch(address, { headers, cache: "no-store" });
    const login = answer.headers.get("HX-Redirect");
    if (login) location.assign(login);
    if (login || answer.status === 304) return null;
    if (!answer.ok) throw new Error(answer.status);
    if (answer.headers.has("ETag")) etags.set(address, answer.headers.get("ETag"));
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  function replace(part, fresh) {
    const wide = [...part.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
    const before = part.dataset.liveWords;
    part.replaceWith(fresh);
    [...fresh.querySelectorAll(".scroll")].forEach((box, index) => { box.scrollLeft = wide[index] ?? 0; });
    if (window.htmx) htmx.process(fresh);
    if (fresh.dataset.liveWords !== before) status.textContent = fresh.dataset.liveWords;
  }

  async function refresh() {
    if (isFetching || isPaused() || document.hidden) return;
    if (isAnyBusy()) return say("waiting");
    isFetching = true;
    const address = location.pathname + location.search;
    try {
      const page = await fetched(address);
      const isLate = address !== location.pathname + location.search || isPaused() || document.hidden;
      if (isLate || isAnyBusy()) return etags.delete(address);
      for (const part of page ? parts() : []) {
        const fresh = page.getElementById(part.id);
        if (fresh) replace(part, document.importNode(fresh, true));
      }
      if (page && !page.querySelector("[data-live-bar]")) return end();
      say("updated");
    } catch {
      say("trouble");
    } finally {
      isFetching = false;
    }
  }

  // What was on its way has ended: nothing here changes any more.
  function end() {
    clearInterval(clock);
    document.removeEventListener("visibilitychange", refresh);
    bar.hidden = true;
  }

  button.addEventListener("click", () => {
    localStorage.setItem(PAUSED, isPaused() ? "no" : "yes");
    draw();
    if (!isPaused()) refresh();
  });
  document.addEventListener("pointermove", () => { movedAt = Date.now(); }, { passive: true });
  document.addEventListener("visibilitychange", refresh);
  // What a filter put there is newer than what was remembered.
  document.addEventListener("htmx:afterSwap", () => etags.clear());
  bar.hidden = false;
  draw();
  const clock = setInterval(refresh, SECONDS * 1000);
})();
