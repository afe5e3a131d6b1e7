// The editor of a study: saves while somebody types, shows what the draft says and whom it finds, and what is wrong at
// its field.

const form = /** @type {HTMLFormElement} */ (document.getElementById("study-form"));
const fields = document.getElementById("fields");
const panel = document.getElementById("panel");
const kept = /** @type {HTMLElement} */ (document.querySelector("[data-kept]"));
const yaml = /** @type {HTMLTextAreaElement} */ (document.getElementById("yaml-text"));
const yamlProblem = document.getElementById("yaml-problem");
const PAUSE_MS = 400;
const LONGEST_MS = 120000;

let waiting = 0;
let isBusy = false;
/** @type {Record<string, string> | null} */
let next = null;

const hidden = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

const ask = async (/** @type {Record<string, string>} */ more) => {
  const data = new FormData(form);
  for (const [name, value] of Object.entries(more)) data.set(name, value);
  const signal = AbortSignal.timeout(LONGEST_MS);
  const answer = await fetch(form.dataset.live, { method: "POST", body: data, headers: { "X-Live": "1" }, signal });
  if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
  return answer.json();
};

const openIds = (/** @type {HTMLElement} */ within) =>
  [...within.querySelectorAll("details[id]")].map((one) => [one.id, /** @type {HTMLDetailsElement} */ (one).open]);

const replace = (/** @type {HTMLElement} */ box, /** @type {string} */ html) => {
  const states = openIds(box);
  box.innerHTML = html;
  for (const [id, isOpen] of states) {
    const found = /** @type {HTMLDetailsElement | null} */ (document.getElementById(String(id)));
    if (found) found.open = Boolean(isOpen);
  }
};

const opened = (/** @type {HTMLElement} */ element) => {
  for (let box = element.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
};

const FIELD = "input:not([type=hidden]), select, textarea";
const goTo = (/** @type {string} */ name) => {
  const id = `f-${name.replaceAll("@", "-")}`;
  const entry = /** @type {HTMLDetailsElement | null} */ (document.getElementById(`${id}-entry`));
  const target = entry ?? document.getElementById(id);
  if (!target) return;
  if (entry) entry.open = true;
  opened(target);
  const field = target.matches(`${FIELD}, button`)
    ? target
    : target.querySelector(FIELD) ?? target.querySelector("button");
  /** @type {HTMLElement} */ (field ?? target).focus();
};

// The field of a problem, or the nearest part around it that is shown.
const placeOf = (/** @type {string} */ name) => {
  for (let path = name; path; path = path.slice(0, Math.max(path.lastIndexOf("."), 0))) {
    const found = document.querySelector(`[data-problem="${CSS.escape(path)}"]`);
    if (found) return /** @type {HTMLElement} */ (found);
  }
  return null;
};

const showProblems = (/** @type {{name: string, text: string}[]} */ problems) => {
  for (const one of fields.querySelectorAll("[data-problem]")) {
    one.textContent = "";
    /** @type {HTMLElement} */ (one).hidden = true;
  }
  for (const one of fields.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  for (const mark of fields.querySelectorAll(".caliper-entry-wrong")) /** @type {HTMLElement} */ (mark).hidden = true;
  for (const { name, text } of problems) {
    const place = placeOf(name);
    if (!place) continue;
    place.textContent = place.textContent ? `${place.textContent} ${text}` : text;
    place.hidden = false;
    const field = document.getElementById(place.id.replace(/-problem$/, ""));
    if (field?.matches("input, select")) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", place.id);
    }
    for (let box = place.closest(".caliper-entry"); box; box = box.parentElement.closest(".caliper-entry")) {
      /** @type {HTMLElement} */ (box.querySelector(".caliper-entry-wrong")).hidden = false;
    }
  }
};

const showCounts = (/** @type {Record<string, number>} */ counts) => {
  for (const one of fields.querySelectorAll("[data-remaining]")) {
    const count = counts[/** @type {HTMLElement} */ (one).dataset.remaining];
    one.textContent = count === undefined ? "" : `n = ${count}`;
  }
};

// Reading the records takes seconds: it goes on beside the saving, and the counts come with the next answer.
let isReading = false;
const readRecords = async () => {
  if (isReading) return;
  isReading = true;
  try {
    const answer = await fetch(form.dataset.records, { signal: AbortSignal.timeout(LONGEST_MS) });
    isReading = false;
    if (answer.ok) send({});
  } catch {
    isReading = false;
  }
};

const show = (/** @type {any} */ told) => {
  yamlProblem.hidden = !told.refusal;
  yamlProblem.textContent = told.refusal ?? "";
  if (told.refusal) return;
  // What came of another person's changes replaces the fields: not while more has been typed, the next answer has both.
  if (told.merged && next) return;
  hidden("@edition").value = told.edition;
  hidden("@base").value = told.text;
  if (document.activeElement !== yaml) yaml.value = told.text;
  if (told.form !== null) {
    const focused = document.activeElement?.id;
    replace(fields, told.form);
    if (told.focus) goTo(told.focus);
    else if (focused) document.getElementById(focused)?.focus();
  }
  replace(panel, told.panel);
  showProblems(told.problems);
  showCounts(told.counts);
  kept.textContent = kept.dataset.keptMessage;
  form.dataset.counted = String(!told.is_counting);
  if (told.is_counting) readRecords();
};

// One request at a time: an older draft never arrives after a newer one, and no act is lost.
const send = async (/** @type {Record<string, string>} */ more) => {
  clearTimeout(waiting);
  if (isBusy) {
    next = { ...(next ?? {}), ...more };
    return;
  }
  isBusy = true;
  form.dataset.ready = "false";
  try {
    show(await ask(more));
  } catch {
    kept.textContent = kept.dataset.lostMessage;
  }
  isBusy = false;
  if (next) {
    const again = next;
    next = null;
    send(again);
    return;
  }
  form.dataset.ready = "true";
};

const soon = () => {
  kept.textContent = "";
  form.dataset.ready = "false";
  if (isBusy) next = next ?? {};
  clearTimeout(waiting);
  waiting = setTimeout(() => send({}), PAUSE_MS);
};

let asked = 0;
const suggest = async (/** @type {HTMLInputElement} */ field) => {
  asked += 1;
  const mine = asked;
  const query = new URLSearchParams({ q: field.value, scope: field.dataset.scope ?? "" });
  try {
    const answer = await fetch(`${form.dataset.names}?${query}`);
    const { names } = await answer.json();
    if (mine !== asked) return;
    const options = names.map((/** @type {[string, string]} */ [name, label]) => {
      const option = document.createElement("option");
      option.value = name;
      option.label = label === name ? "" : label;
      return option;
    });
    document.getElementById("names-variables").replaceChildren(...options);
  } catch {
    // A name can be typed without suggestions.
  }
};

form.addEventListener("input", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if ("quiet" in field.dataset) return;
  if (field.dataset.suggests === "variables") suggest(field);
  soon();
});
form.addEventListener("change", (event) => {
  const field = /** @type {HTMLElement} */ (event.target);
  if ("reload" in field.dataset) send({ "@draw": "1" });
});
form.addEventListener("focusin", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (field.dataset?.suggests === "variables") suggest(field);
});
form.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-act]"));
  if (!button) return;
  event.preventDefault();
  const choice = /** @type {HTMLSelectElement | null} */ (document.getElementById(button.dataset.variant ?? ""));
  send({ "@act": button.dataset.act, "@name": button.dataset.name, "@variant": choice?.value ?? "" });
});
form.addEventListener("submit", (event) => event.preventDefault());

panel.addEventListener("click", (event) => {
  const link = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-goto]"));
  if (!link) return;
  event.preventDefault();
  const place = placeOf(link.dataset.goto);
  if (place) goTo(place.dataset.problem);
});

document.getElementById("yaml-apply").addEventListener("click", () => send({ "@text": yaml.value }));
document.getElementById("yaml-file").addEventListener("change", async (event) => {
  const [file] = /** @type {HTMLInputElement} */ (event.target).files;
  if (!file) return;
  yaml.value = await file.text();
  send({ "@text": yaml.value });
});
for (const button of document.querySelectorAll("[data-confirm]")) {
  button.addEventListener("click", (event) => {
    if (!confirm(/** @type {HTMLElement} */ (button).dataset.confirm)) event.preventDefault();
  });
}
send({});
