// After a refusal the first faulty tab is open and the first faulty field has the focus.

import { form } from "./told.js";
import { tabOf } from "./tabs.js";

const FAULTY = "[aria-invalid=true], ul.errorlist li, .caliper-note-error:not(#faults)";
const FIELD = "input, select, textarea";

const fieldOf = (faulty) =>
  faulty.matches(`${FIELD}, section`)
    ? faulty
    : faulty.parentElement.closest(".caliper-cell, .form-row, td")?.querySelector(FIELD);

const lead = (target) => {
  target.focus();
  target.scrollIntoView({ block: "center" });
};

const open = (field) => {
  tabOf(field.closest("[id$=-group]"))?.click();
  field.closest("details")?.setAttribute("open", "");
  setTimeout(() => lead(field), 0);
};

/** The list of errors leads to its fields, on whatever tab they are. */
const followFault = (event) => {
  const field = document.getElementById(event.target.closest("[data-fault]")?.dataset.fault);
  if (!field) return;
  event.preventDefault();
  open(field.matches(FIELD) ? field : field.querySelector(FIELD) || field);
};

/** Whether there is one. */
export const showFirstError = () => {
  const list = document.getElementById("faults");
  list?.addEventListener("click", followFault);
  const conflict = document.getElementById("conflict");
  const faulty = conflict || form.querySelector(FAULTY) || list;
  if (!faulty) return false;
  if (!conflict) tabOf(faulty.closest("[id$=-group]"))?.click();
  // What is wrong with a whole row may be put right in any part of it.
  const parts = faulty.matches(".errorlist li") ? [] : faulty.parentElement.querySelectorAll("details");
  for (const part of [faulty.closest("details"), ...parts]) part?.setAttribute("open", "");
  setTimeout(() => lead(fieldOf(faulty) || faulty), 0);
  return true;
};
