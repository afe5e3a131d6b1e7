// After a refusal the first faulty tab is open and the first faulty field has the focus.

import { form } from "./told.js";
import { tabOf } from "./tabs.js";

const FAULTY = "[aria-invalid=true], ul.errorlist li, .caliper-note-error";
const FIELD = "input, select, textarea";

const fieldOf = (faulty) =>
  faulty.matches(`${FIELD}, section`)
    ? faulty
    : faulty.parentElement.closest(".caliper-cell, .form-row, td")?.querySelector(FIELD);

const lead = (target) => {
  target.focus();
  target.scrollIntoView({ block: "center" });
};

export const showFirstError = () => {
  const conflict = document.getElementById("conflict");
  const faulty = conflict || form.querySelector(FAULTY);
  if (!faulty) return;
  if (!conflict) tabOf(faulty.closest("[id$=-group]"))?.click();
  faulty.closest("details")?.setAttribute("open", "");
  setTimeout(() => lead(fieldOf(faulty) || faulty), 0);
};
