// What follows from the values as they are typed; asked for when typing pauses, the last answer wins.

import { form, told } from "./told.js";
import { element } from "./element.js";
import { cellOf, firstOf } from "./place.js";

const PAUSE_MS = 500;

const live = element("section", { className: "caliper-live", hidden: true });
let asked = 0;
let timer = 0;

/** The words beside a field, and whether they contradict what stands in it. */
export const noteOf = ({ text, differs, label = "" }, words) => ({
  className: `caliper-derived${differs ? " caliper-derived-differs" : ""}`,
  textContent: `${label || words.derived}: ${text}${differs ? ` – ${words.differs}` : ""}`,
});

const showBeside = (derived) => {
  const found = form.elements[derived.box];
  const cell = found && cellOf(firstOf(found));
  if (!cell) return;
  const note = element("span", noteOf(derived, told.words));
  note.setAttribute("role", "status");
  cell.append(note);
};

const showSummary = (summary) => {
  const known = summary.filter(({ text }) => text && text !== "–");
  for (const { name, text } of summary) {
    const place = document.querySelector(`.field-${name} .readonly`);
    if (place) place.textContent = text;
  }
  const said = ({ label, text }) => element("span", {}, element("b", { textContent: label }), ` ${text}`);
  live.hidden = !known.length;
  live.replaceChildren(...known.map(said));
};

const derive = async () => {
  const number = ++asked;
  const body = new FormData(form);
  const answer = await fetch(told.derive + location.search, { method: "POST", body }).catch(() => null);
  if (!answer?.ok || answer.redirected || number !== asked) return; // redirected: the session has ended
  const { beside, summary } = await answer.json();
  form.querySelectorAll(".caliper-derived").forEach((note) => note.remove());
  beside.forEach(showBeside);
  showSummary(summary);
};

const deriveSoon = () => {
  clearTimeout(timer);
  timer = setTimeout(derive, PAUSE_MS);
};

const canDerive = () => told.forms[""]?.entity === "assessment" || told.forms[""]?.id;

const submitRow = () => document.getElementById("submit-row");

export const followValues = () => {
  if (canDerive() && submitRow()?.querySelector("[name=_save]")) form.addEventListener("change", deriveSoon);
};

export const setUpSummary = () => {
  live.setAttribute("aria-live", "polite");
  live.setAttribute("aria-label", told.words.follows);
  submitRow()?.before(live);
  // A page that comes back with errors has the values in its boxes, and nobody has typed yet.
  if (canDerive() && form.querySelector(".errorlist")) deriveSoon();
};
