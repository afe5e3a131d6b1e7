// Copies from the record before. A copy is marked until the person has looked at it, and nothing is saved before.

import { form, told } from "./told.js";
import { element } from "./element.js";
import { cellOf, partsOf, whereIs } from "./place.js";

const VALUE = "input:not([type=hidden]), select, textarea";
const COPIED = "caliper-copied";

const words = () => told.words.copies;

let isCopying = false; // new rows take the focus while they are filled: nobody has looked at them

const isTicked = (input) => input.type === "checkbox" || input.type === "radio";

const isOpen = (input) => !input.disabled && (isTicked(input) ? !input.checked : input.value === "");

/** @returns {any[]} */
const boxesOf = (place) => Array.from(place.querySelectorAll(VALUE)).filter(({ name }) => name);

/** What may be copied of a kind of record; see registry/clinical/carried_over.py. */
const mayCopy = (entity, variable) => (told.may_copy?.[entity] || []).includes(variable);

const tell = (input) => {
  for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
};

const mark = (input) => {
  const cell = cellOf(input);
  if (!cell || cell.classList.contains(COPIED)) return;
  cell.classList.add(COPIED);
  cell.append(element("span", { className: "caliper-copied-mark", textContent: words().copied }));
};

const confirm = (cell) => {
  cell.classList.remove(COPIED);
  cell.querySelector(".caliper-copied-mark")?.remove();
};

const put = (input, value) => {
  if (!isOpen(input)) return;
  if (isTicked(input)) input.checked = true;
  else input.value = value;
  if (isTicked(input) || input.value !== "") {
    tell(input);
    mark(input);
  }
};

/** The value before, beside a box that nothing is copied into. */
const hint = (input, before) => {
  const cell = cellOf(input);
  const textContent = `${words().before}: ${before}`;
  if (cell && before) cell.append(element("span", { className: "caliper-before", textContent }));
};

const shownValue = (input) =>
  input.tagName === "SELECT" ? (input.value && input.selectedOptions[0].textContent) : input.value;

const own = (row) => boxesOf(row).filter((input) => !input.closest(".caliper-below"));

/** Into the boxes of another row: what may be copied, and beside the rest of a row below, what it was. */
const copyBoxes = (from, to, { withHints }) => {
  for (const input of from) {
    const { variable, about } = whereIs(input);
    const target = to.find((each) =>
      partsOf(each.name).variable === variable && (!isTicked(input) || each.value === input.value)
    );
    if (!target || (isTicked(input) && !input.checked)) continue;
    if (mayCopy(about.entity, variable)) put(target, input.value);
    else if (withHints && !isTicked(input)) hint(target, shownValue(input));
  }
};

const rowsBelow = (row, kind) =>
  Array.from(row.querySelectorAll(`:scope > [data-rows="${kind}"] > .caliper-below-row:not(.caliper-below-empty)`));

const copyBelow = (from, to) => {
  for (const below of to.querySelectorAll(":scope > .caliper-below")) {
    const kind = below.dataset.rows;
    if (rowsBelow(to, kind).length) continue;
    for (const former of rowsBelow(from, kind)) {
      below.querySelector(":scope > .caliper-add-below").click();
      const made = rowsBelow(to, kind).at(-1);
      copyBoxes(boxesOf(former), boxesOf(made), { withHints: true });
    }
  }
};

const formerRow = (row) => {
  const former = row.previousElementSibling;
  return former?.matches(".form-group:not(.empty-form)") ? former : null;
};

const goOn = (row) => {
  const first = own(row).find((input) => input.value === "" && input.offsetParent !== null);
  (first || own(row)[0])?.focus();
};

const copyRow = (row) => {
  const former = formerRow(row);
  if (!former) return;
  isCopying = true;
  copyBoxes(own(former), own(row), { withHints: false });
  copyBelow(former, row);
  goOn(row);
  isCopying = false;
};

const copySection = (section) => {
  for (const input of boxesOf(section)) {
    const value = told.former.boxes[input.name];
    if (value === undefined) continue;
    if (!isTicked(input)) put(input, value);
    else if (value.includes(input.value)) put(input, input.value);
  }
};

const quiet = (textContent, key) => {
  const button = element(
    "button",
    { type: "button", className: "caliper-copy" },
    `${textContent} `,
    element("kbd", { className: "caliper-key", textContent: key }),
  );
  button.setAttribute("aria-keyshortcuts", key);
  return button;
};

/** Offered in a row that is new and has one before it, as long as there is something to copy. */
const offerRow = (row) => {
  const kind = whereIs(own(row)[0] || {}).about?.entity;
  if (row.matches(".original, .empty-form") || !formerRow(row) || !told.may_copy?.[kind]) return;
  const button = quiet(words().row, "Alt+C");
  button.addEventListener("click", () => copyRow(row));
  row.querySelector(":scope > .form-row").append(button);
};

const offerSections = () => {
  for (const section of form.querySelectorAll(".caliper-fieldset")) {
    const inputs = boxesOf(section);
    if (!inputs.some((input) => input.name in (told.former?.boxes || {}) && isOpen(input))) continue;
    const button = quiet(told.former.title, "Alt+C");
    button.addEventListener("click", () => copySection(section));
    (section.querySelector(".caliper-legend") || section).append(button);
  }
};

/** @returns {any[]} */
const copied = (/** @type {any} */ place = form) => Array.from(place.querySelectorAll(`.${COPIED}`));

/** Alt+C copies, and once there are copies says that they are right: of the row or section with the focus. */
const pressed = (event) => {
  if (!event.altKey || event.code !== "KeyC" || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const focused = document.activeElement;
  /** @type {any} */
  const place = focused?.closest(".form-group") || focused?.closest(".caliper-fieldset");
  if (!place) return;
  event.preventDefault();
  const open = copied(place);
  if (open.length) open.forEach(confirm);
  else place.querySelector(".caliper-copy")?.click();
};

/** A copy has been looked at once the person has been in its box and gone on. */
const left = ({ target }) => {
  const cell = target.closest?.(`.${COPIED}`);
  if (!isCopying && cell && target.matches(VALUE)) confirm(cell);
};

const refuse = (event) => {
  const [first] = copied();
  if (!first) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const note = form.querySelector(".caliper-copies-note") ||
    element("p", { className: "caliper-note caliper-note-warning caliper-copies-note", textContent: words().look });
  note.setAttribute("role", "alert");
  (first.closest(".form-row") || first.closest(".caliper-fieldset")).prepend(note);
  first.querySelector(VALUE).focus();
};

export const setUpCopies = () => {
  offerSections();
  form.addEventListener("focusout", left);
  form.addEventListener("submit", refuse, { capture: true });
  document.addEventListener("keydown", pressed);
  document.addEventListener("formset:added", (/** @type {any} */ { target }) => {
    const row = target.closest?.(".form-group");
    if (row && !target.closest(".caliper-below")) offerRow(row);
  });
};
