// The guided page of a mapping: keeps the draft while somebody types, and shows what the file becomes. The form itself
// is left alone: nothing typed while an answer is on its way is lost. Without this script every button posts it.

const form = /** @type {HTMLFormElement} */ (document.getElementById("guide"));
const outcome = document.getElementById("outcome");
const kept = /** @type {HTMLElement} */ (form.querySelector("[data-kept]"));
const again = /** @type {HTMLButtonElement} */ (form.querySelector(".caliper-default"));
const PAUSE_MS = 500;
const LONGEST_MS = 60000;

let waiting = 0;
let isBusy = false;
let isStale = false;
let isUnsent = false; // typed since the last draft that was sent

const ask = (/** @type {RequestInit} */ more) => {
  isUnsent = false;
  return fetch(form.dataset.live, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Live": "1" },
    ...more,
  });
};

const show = async (/** @type {Response} */ answer) => {
  if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
  const open = [...outcome.querySelectorAll("details")].map((one) => one.open);
  const left = outcome.querySelector(".caliper-picture")?.scrollLeft ?? 0;
  outcome.innerHTML = await answer.text();
  outcome.querySelectorAll("details").forEach((one, place) => {
    one.open = open[place] ?? place === 0;
  });
  outcome.querySelector(".caliper-picture")?.scrollTo({ left });
  kept.textContent = kept.dataset.keptMessage;
};

// One request at a time, so that an older draft never arrives after a newer one.
const keep = async () => {
  if (isBusy) {
    isStale = true;
    return;
  }
  isBusy = true;
  isStale = false;
  try {
    await show(await ask({ signal: AbortSignal.timeout(LONGEST_MS) }));
  } catch {
    isUnsent = true;
    kept.textContent = kept.dataset.lostMessage;
  }
  isBusy = false;
  if (isStale) keep();
};

const soon = () => {
  isUnsent = true;
  kept.textContent = "";
  clearTimeout(waiting);
  waiting = setTimeout(keep, PAUSE_MS);
};

const fill = (/** @type {HTMLElement} */ button) => {
  const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.fill));
  field.value = button.dataset.text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
};

form.addEventListener("input", (event) => {
  const field = /** @type {HTMLElement} */ (event.target);
  if ("reload" in field.dataset) form.requestSubmit(again);
  else if (!("quiet" in field.dataset)) soon();
});
form.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (event.target).closest("[data-fill]"));
  if (!button) return;
  event.preventDefault();
  fill(button);
});
form.addEventListener("submit", () => {
  clearTimeout(waiting);
  isUnsent = false;
});
// Whoever leaves by another link takes nothing typed along: it is sent while the page goes.
addEventListener("pagehide", () => {
  if (isUnsent) ask({ keepalive: true });
});
form.dataset.ready = "true";
