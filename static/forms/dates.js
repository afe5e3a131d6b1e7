// Dates: what is typed says how exactly it is known, and the calendar beside a box has a name.

import { form, told } from "./told.js";
import { box, labelOf, partsOf } from "./place.js";

const YEAR = /^\s*\d{4}\s*年?\s*$/;
const MONTH = /^\s*\d{4}\s*[-/.年]\s*\d{1,2}\s*月?\s*$|^\s*[A-Za-z]{3,9}\.?[-/., ]\s*\d{4}\s*$/;

/** Y, M, or "" for a whole date or something else. */
export const precisionOf = (text) => {
  const plain = text.normalize("NFKC");
  return YEAR.test(plain) ? "Y" : MONTH.test(plain) ? "M" : "";
};

const follow = ({ target }) => {
  const { prefix, variable } = partsOf(target.name || "");
  const choice = box(prefix, `${variable}_precision`);
  if (!choice || !target.value.trim()) return;
  const known = precisionOf(target.value);
  if (known) choice.value = known;
  else if (precisionOf(target.defaultValue) && choice.value === precisionOf(target.defaultValue)) choice.value = "D";
};

/** A date is typed; the calendar is for the mouse, and no stop of the Tab key. */
const nameCalendars = () => {
  for (const link of document.querySelectorAll(".datetimeshortcuts a")) {
    const input = link.closest(".datetimeshortcuts").parentElement.querySelector("input");
    const named = input ? `${told.words.calendar}: ${labelOf(input)}` : told.words.calendar;
    if (!link.textContent.trim()) link.setAttribute("aria-label", named);
    link.setAttribute("tabindex", "-1");
  }
};

export const setUpDates = () => {
  form.addEventListener("change", follow);
  nameCalendars();
  document.addEventListener("formset:added", () => setTimeout(nameCalendars, 0));
};
