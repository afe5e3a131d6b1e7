// Tools appear at the field that has the focus or the pointer; Alt+M and Alt+H reach them, so Tab keeps its pace.

import { form, told } from "./told.js";
import { element } from "./element.js";
import { mark } from "./marks.js";
import { openField } from "./panel.js";
import { cellOf, isBlank, labelOf, whereIs } from "./place.js";
import { maySayWhy, reasonsOf, setReason } from "./reasons.js";

const TOOLS = "caliper-tools";
const SHORTCUTS = { KeyM: ".caliper-why", KeyH: ".caliper-about" };
const HIDDEN = new Set(["row_version", "missing_reasons", "shown_values", "hospital_no", "csrfmiddlewaretoken"]);

const reasonChoice = (input, where) => {
  const option = ([value, textContent]) => element("option", { value, textContent });
  const select = element(
    "select",
    { className: "caliper-why", tabIndex: -1 },
    ...[["", told.words.why], ...told.reasons].map(option),
  );
  select.setAttribute("aria-label", `${told.words.why} ${labelOf(input)}`);
  select.setAttribute("aria-keyshortcuts", "Alt+M");
  select.value = reasonsOf(where.prefix)[where.variable] || "";
  select.addEventListener("change", () => {
    if (select.value) input.value = "";
    setReason(where.prefix, where.variable, select.value);
    mark(input);
  });
  select.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    event.preventDefault();
    input.focus();
  });
  return select;
};

const fieldButton = (input, where) => {
  const button = element(
    "button",
    { type: "button", className: "caliper-about", tabIndex: -1, title: told.words.about },
    element("span", { className: "material-symbols-outlined", textContent: "history", ariaHidden: "true" }),
  );
  button.setAttribute("aria-label", `${told.words.about}: ${labelOf(input)}`);
  button.setAttribute("aria-keyshortcuts", "Alt+H");
  button.addEventListener("click", () => openField(input, where));
  return button;
};

/** Whether a page tells of this variable of a stored record. */
const isKnown = ({ variable, about }) =>
  about.id && !HIDDEN.has(variable) && (variable in (about.behind || {}) || !variable.startsWith("laboratory_"));

const hasNoTools = (input, cell) =>
  !cell || input.type === "hidden" || !input.name || cell.querySelector(`.${TOOLS}`) ||
  input.closest(".caliper-conflict");

const showTools = (input) => {
  const cell = cellOf(input);
  if (hasNoTools(input, cell)) return;
  const where = whereIs(input);
  const tools = element("span", { className: TOOLS });
  if (maySayWhy(where) && isBlank(input) && !input.disabled) tools.append(reasonChoice(input, where));
  if (isKnown(where)) tools.append(fieldButton(input, where));
  if (tools.childElementCount) cell.append(tools);
};

const hideTools = (except) => {
  for (const tools of document.querySelectorAll(`.${TOOLS}`)) {
    if (tools.parentElement !== except && !tools.contains(document.activeElement)) tools.remove();
  }
};

const isField = (target) =>
  target.matches?.("input, select, textarea") && form.contains(target) && !target.closest(`.${TOOLS}`);

const enter = ({ target }) => {
  if (!isField(target)) return;
  hideTools(cellOf(target));
  showTools(target);
};

/** A value that is there is not missing. */
const forgetReason = ({ target }) => {
  if (!isField(target) || isBlank(target)) return;
  const where = whereIs(target);
  if (maySayWhy(where) && reasonsOf(where.prefix)[where.variable]) {
    setReason(where.prefix, where.variable, "");
    mark(target);
  }
  cellOf(target)?.querySelector(".caliper-why")?.remove();
};

const reach = (event) => {
  if (!event.altKey || !(event.code in SHORTCUTS) || !isField(event.target)) return;
  event.preventDefault();
  showTools(event.target);
  const tool = cellOf(event.target)?.querySelector(SHORTCUTS[event.code]);
  if (tool?.matches("button")) tool.click();
  else tool?.focus();
};

export const setUpTools = () => {
  form.addEventListener("focusin", enter);
  form.addEventListener("pointerover", enter);
  form.addEventListener("input", forgetReason);
  form.addEventListener("keydown", reach);
};
