// New rows, in a table and below a row: a button for each, Alt+N for the nearest, Alt+Shift+N for the one around it.

import { form } from "./told.js";

const EMPTY = "__prefix__";

const totalOf = (below) => below.querySelector(":scope > input[name$=-TOTAL_FORMS]");

const prefixOf = (below) => totalOf(below).name.replace(/-TOTAL_FORMS$/, "");

/** The empty row of this kind, of which there is one on the page: in the empty row of the table. */
const emptyRow = (below) =>
  below.closest(".formset")?.querySelector(
    `:scope > .empty-form [data-rows="${below.dataset.rows}"] > .caliper-below-empty`,
  );

/** The names of a row made from the empty one, whose outer row is not the empty one either. */
export const namedAs = (html, { kind, prefix, number }) => {
  const outer = prefix.replace(/-\d+-[^-]+$/, "");
  return html.replaceAll(`${outer}-${EMPTY}-${kind}-${EMPTY}`, `${prefix}-${number}`);
};

const addBelow = (below) => {
  const total = totalOf(below);
  const row = emptyRow(below).cloneNode(true);
  const kind = below.dataset.rows;
  row.innerHTML = namedAs(row.innerHTML, { kind, prefix: prefixOf(below), number: total.value });
  row.querySelectorAll(".datetimeshortcuts").forEach((link) => link.remove());
  row.classList.remove("caliper-below-empty");
  row.hidden = false;
  below.querySelector(":scope > .caliper-add-below").before(row);
  total.value = String(Number(total.value) + 1);
  row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: prefixOf(below) } }));
};

const isInSight = (element) => element.offsetParent !== null;

const panel = () => Array.from(form.querySelectorAll("[data-inline-type]")).find(isInSight);

/** The button that adds a row where the focus is: to the innermost table or, `around` it, to the one it is in. */
const adderAt = (place, { around }) => {
  const below = !around && place?.closest?.(".caliper-below");
  if (below) return below.querySelector(":scope > .caliper-add-below");
  return (place?.closest?.("[data-inline-type]") || panel())?.querySelector(".add-row");
};

const pressed = (event) => {
  if (!event.altKey || event.code !== "KeyN" || event.ctrlKey || event.metaKey) return;
  const row = document.activeElement?.closest?.(".form-group");
  const within = row?.querySelector(":scope > .caliper-below > .caliper-add-below");
  const adder = (!event.shiftKey && within) || adderAt(document.activeElement, { around: event.shiftKey });
  if (!adder) return;
  event.preventDefault();
  adder.click();
};

const clicked = ({ target }) => {
  const adder = target.closest?.(".caliper-add-below");
  if (adder) addBelow(adder.closest(".caliper-below"));
};

/** A row made from the empty one holds a copy of the empty row below it, which is of no use there. */
const tidy = ({ target }) => {
  const row = target.closest?.(".form-group");
  if (row?.classList.contains("empty-form")) return;
  row?.querySelectorAll(".caliper-below-empty").forEach((empty) => empty.remove());
};

const key = (textContent) => Object.assign(document.createElement("kbd"), { className: "caliper-key", textContent });

const nameKeys = () => {
  form.querySelectorAll(".caliper-add-below").forEach((adder) => adder.append(" ", key("Alt+N")));
  for (const adder of form.querySelectorAll(".add-row")) {
    const keys = adder.closest("[data-inline-type]").querySelector(".caliper-below") ? "Alt+Shift+N" : "Alt+N";
    adder.setAttribute("aria-keyshortcuts", keys);
    adder.append(key(keys));
  }
};

/** Dates are typed; the links beside them, for the pointer, do not stand in the way of the Tab key. */
const keepPace = ({ target }) => {
  target.closest?.(".caliper-cell")?.querySelectorAll(".datetimeshortcuts a").forEach((link) => link.tabIndex = -1);
};

export const setUpRows = () => {
  nameKeys();
  form.addEventListener("focusin", keepPace);
  form.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
  document.addEventListener("formset:added", tidy);
};
