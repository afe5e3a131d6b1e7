// Keys of a record form: Enter goes to the next field and never sends half a page, Ctrl+Enter saves and stays.

import { form } from "./told.js";

const FIELD = "input:not([type=hidden], [disabled]), select:not([disabled]), textarea:not([disabled])";
const KEEPS_ENTER = "textarea, button, a, summary, [type=submit], [type=button], [type=reset], [type=file]";

const isVisible = (element) => element.getClientRects().length > 0 && element.tabIndex >= 0;

/** @returns {any[]} */
const fields = () => Array.from(form.querySelectorAll(FIELD)).filter(isVisible);

/** The field after this one; past the last one the button that saves and stays. */
export const nextAfter = (field, all = fields()) => all[all.indexOf(field) + 1];

const stayButton = () => /** @type {HTMLElement} */ (document.querySelector("#submit-row [name=_continue]"));

const isComposing = (event) => event.isComposing || event.keyCode === 229; // Enter chooses a Chinese word

const press = (event) => {
  if (event.key !== "Enter" || event.defaultPrevented || isComposing(event)) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    stayButton()?.click();
    return;
  }
  if (event.altKey || !event.target.matches("input, select") || event.target.matches(KEEPS_ENTER)) return;
  event.preventDefault();
  const next = nextAfter(event.target) || stayButton();
  next?.focus();
  if (next instanceof HTMLInputElement && next.type === "text") next.select();
};

/** Several lines in a box of one line: a browser would join them, and 41 and 2 would be 412. */
const paste = (event) => {
  const text = event.clipboardData?.getData("text/plain") || "";
  if (!event.target.matches("input") || !/[\r\n]/.test(text.trim())) return;
  event.preventDefault();
  document.execCommand("insertText", false, text.trim().replace(/\s*[\r\n]+\s*/g, " ; "));
};

export const setUpKeys = () => {
  form.addEventListener("keydown", press);
  form.addEventListener("paste", paste);
};
