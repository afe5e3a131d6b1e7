// The card that asks why a submitted value is changed shows itself once one is changed;
// without this script it is always there.

import { form } from "./told.js";

/**
 * Whether the page was opened with something in this field.
 * @param {any} field
 */
export const hadValue = (field) => {
  if (field.type === "checkbox" || field.type === "radio") {
    return Array.from(form.elements).some((/** @type {any} */ each) => each.name === field.name && each.defaultChecked);
  }
  if (field instanceof HTMLSelectElement) {
    return Array.from(field.options).some((option) => option.defaultSelected && option.value);
  }
  return Boolean(field.defaultValue);
};

export const setUpReason = () => {
  const card = document.getElementById("caliper-reason");
  if (!card) return;
  const showFor = (event) => {
    if (!card.contains(event.target) && event.target.name && hadValue(event.target)) card.hidden = false;
  };
  card.hidden = card.hasAttribute("data-until-changed");
  form.addEventListener("input", showFor);
  form.addEventListener("change", showFor);
};
