// What does not apply is folded away as long as nothing stands in it; what a closed part holds is counted.

import { form, told } from "./told.js";
import { element } from "./element.js";
import { box, cellOf, firstOf, whereIs } from "./place.js";
import { reasonsOf } from "./reasons.js";

const VALUE = "input:not([type=hidden]), select, textarea";

const holds = (input) => input.type === "checkbox" || input.type === "radio" ? input.checked : input.value !== "";

const isFilled = (cell) => Array.from(cell.querySelectorAll(VALUE)).some(holds);

/** Whether a variable that depends on another has a meaning beside this value of it; a blank says nothing. */
export const isApplicable = ({ codes }, value) => value === "" || codes.includes(value);

const note = (cell, { isUnfit }) => {
  cell.querySelector(".caliper-unfit")?.remove();
  if (isUnfit) cell.append(element("span", { className: "caliper-unfit", textContent: told.words.unfit }));
};

const foldOne = (where, variable, { isUnfit }) => {
  const found = box(where.prefix, variable);
  const cell = found && cellOf(firstOf(found));
  if (!cell) return;
  const isSaid = isFilled(cell) || reasonsOf(where.prefix)[variable] || where.about.queries?.[variable];
  cell.hidden = isUnfit && !isSaid;
  note(cell, { isUnfit: isUnfit && isFilled(cell) });
};

const fold = (input) => {
  const where = whereIs(input);
  for (const rule of told.applies?.[where.about.entity] || []) {
    if (rule.on !== where.variable) continue;
    const isUnfit = !isApplicable(rule, input.value);
    rule.variables.forEach((variable) => foldOne(where, variable, { isUnfit }));
  }
};

const foldAll = (place) => {
  const names = new Set(Object.values(told.applies || {}).flat().map(({ on }) => on));
  for (const input of place.querySelectorAll(VALUE)) {
    if (names.has(whereIs(input).variable)) fold(input);
  }
};

/** Beside the name of a part that opens: how many of its values are entered. */
const count = (details) => {
  const filled = Array.from(details.querySelectorAll(".caliper-cell")).filter(isFilled).length;
  const summary = details.querySelector("summary");
  summary.querySelector(".caliper-rest-count")?.remove();
  if (!filled) return;
  const textContent = ` · ${told.words.filled.replace("{count}", filled)}`;
  summary.append(element("span", { className: "caliper-rest-count", textContent }));
};

const changed = ({ target }) => {
  if (!target.name) return;
  fold(target);
  const details = target.closest("details");
  if (details) count(details);
};

export const setUpFolds = () => {
  foldAll(form);
  form.querySelectorAll(".caliper-rest > details").forEach(count);
  form.addEventListener("change", changed);
  document.addEventListener("formset:added", ({ target }) => foldAll(target));
};
