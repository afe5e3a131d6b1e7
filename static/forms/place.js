// Which record and variable an input belongs to, and what stands around it.

import { form, told } from "./told.js";

/** The prefix of a row of a formset and the variable in a name; the form's own inputs have no prefix. */
export const partsOf = (name) => {
  const [, prefix, variable] = name.match(/^(.*_set-\d+)-(.+)$/) || ["", "", name];
  return { prefix, variable };
};

/** What is known of a record that was not there when the page was made. */
const unknown = (prefix) => ({
  entity: prefix.match(/([^-]*)_set-\d+$/)?.[1] || "",
  id: null,
  queries: {},
  verified: [],
  behind: {},
});

export const whereIs = (input) => {
  const { prefix, variable } = partsOf(input.name || "");
  return { prefix, variable, about: told.forms[prefix] || unknown(prefix) };
};

/** @returns {any} */
export const box = (prefix, name) => form.elements[prefix ? `${prefix}-${name}` : name];

/** The input of a name, the first one where a name has several. */
export const firstOf = (found) => found instanceof RadioNodeList ? found[0] : found;

export const cellOf = (input) => input.closest(".caliper-cell, td");

/** As a sentence names it, without the mark of a required box. */
export const labelOf = (input) =>
  input.getAttribute("aria-label") || input.labels?.[0]?.textContent.replace(/[\s*]+$/, "").trim() || input.name;

export const isBlank = (input) => input.type !== "checkbox" && input.value === "";
