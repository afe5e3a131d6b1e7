// What stays in sight beside a field: why its value is missing, open queries, the tick of a verified value.

import { told } from "./told.js";
import { element } from "./element.js";
import { openField } from "./panel.js";
import { box, cellOf, firstOf, whereIs } from "./place.js";
import { reasonsOf } from "./reasons.js";

const span = (className, textContent) => element("span", { className, textContent });

const missing = (reason) => {
  const words = Object.fromEntries(told.reasons)[reason] || reason;
  return span("caliper-mark-missing", `${told.words.missing}: ${words}`);
};

const balloon = (input, where, asked) => {
  const button = element("button", {
    type: "button",
    className: "caliper-mark-query",
    textContent: `${told.words.queries}: ${asked}`,
  });
  button.addEventListener("click", () => openField(input, where));
  return button;
};

export const mark = (input) => {
  const cell = cellOf(input);
  if (!cell) return;
  const where = whereIs(input);
  const { prefix, variable, about } = where;
  const reason = reasonsOf(prefix)[variable];
  const asked = about.queries?.[variable];
  const marks = element("span", { className: "caliper-marks" });
  if (reason) marks.append(missing(reason));
  if (asked) marks.append(balloon(input, where, asked));
  if (about.verified?.includes(variable)) marks.append(span("caliper-mark-verified", `✓ ${told.words.verified}`));
  cell.querySelector(".caliper-marks")?.remove();
  if (marks.childElementCount) cell.append(marks);
};

const markedNames = (prefix, about) =>
  new Set([
    ...Object.keys(about.queries || {}),
    ...(about.verified || []),
    ...Object.keys(reasonsOf(prefix)),
  ]);

export const markAll = () => {
  for (const [prefix, about] of Object.entries(told.forms)) {
    for (const name of markedNames(prefix, about)) {
      const input = firstOf(box(prefix, name));
      if (input) mark(input);
    }
  }
};
