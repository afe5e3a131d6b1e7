// After a save that stays, the person is where they were: same field, same place.
// No value is remembered, only where it was.

import { firstOf } from "./place.js";
import { form } from "./told.js";

const KEY = "caliper-place";
const MOST_MS = 120_000;

let lastField = null;

const remember = ({ submitter }) => {
  sessionStorage.removeItem(KEY);
  if (submitter?.name !== "_continue") return;
  const field = lastField?.name || "";
  sessionStorage.setItem(KEY, JSON.stringify({ form: form.id, field, scroll: scrollY, at: Date.now() }));
};

const notice = ({ target }) => {
  if (target.name && target.matches("input, select, textarea")) lastField = target;
};

const recall = () => {
  const place = JSON.parse(sessionStorage.getItem(KEY) || "null");
  sessionStorage.removeItem(KEY);
  return place?.form === form.id && Date.now() - place.at < MOST_MS ? place : null;
};

/** Whether there was a place to return to. */
export const goBack = () => {
  const place = recall();
  if (!place) return false;
  const field = firstOf(form.elements[place.field]);
  field?.focus?.({ preventScroll: true });
  scrollTo(0, place.scroll);
  return true;
};

export const setUpReturn = () => {
  form.addEventListener("focusin", notice);
  form.addEventListener("submit", remember);
};
