// Laboratory values pasted from a spreadsheet or a printout: shown line by line, put into the boxes when confirmed.

import { form, told } from "./told.js";
import { element } from "./element.js";

const PANEL = "[name^=laboratory_]";

const dialog = element("dialog", { className: "caliper-dialog caliper-printout" });
let asked = 0;

const words = () => told.words.printout;

const button = (textContent, does, quiet = true) => {
  const made = element("button", {
    type: "button",
    textContent,
    className: `caliper-button caliper-button-small ${quiet ? "caliper-button-quiet" : ""}`,
  });
  made.addEventListener("click", does);
  return made;
};

const text = element("textarea", { className: "caliper-input caliper-wide", rows: 5 });
const preview = element("div", { className: "caliper-printout-preview" });
preview.setAttribute("aria-live", "polite");

const boxOf = (name) => /** @type {any} */ (form.elements[name]);

/** What stands in the box already, as a person reads it. */
const standing = (box) => box.tagName === "SELECT" ? box.value && box.selectedOptions[0].textContent : box.value;

/** Whether a result is to be put into its box unless somebody says otherwise: not over a value that differs. */
export const isChosen = ({ problem, text: found }, before) => !problem && (before === "" || before === found);

const chooser = (result) => {
  const box = boxOf(result.box);
  const tick = element("input", { type: "checkbox", checked: isChosen(result, box?.value || "") });
  tick.disabled = Boolean(result.problem) || !box || box.disabled;
  tick.dataset.box = result.box;
  tick.dataset.text = result.text;
  tick.setAttribute("aria-label", `${result.label} ${result.text}`);
  return tick;
};

const rowOf = (result) => {
  const box = boxOf(result.box);
  const before = box && standing(box);
  const notes = [result.problem, result.note, before && before !== result.text && `${words().stands}: ${before}`];
  return element(
    "tr",
    { className: result.problem ? "caliper-printout-problem" : "" },
    element("td", {}, chooser(result)),
    element("td", {}, element("b", { textContent: result.label })),
    element("td", { textContent: result.text || "–" }),
    element("td", { textContent: notes.filter(Boolean).join(" · ") }),
    element("td", { className: "caliper-printout-line", textContent: result.line }),
  );
};

const table = (results) => {
  const body = element("tbody", {}, ...results.map(rowOf));
  return element("div", { className: "caliper-scroll" }, element("table", { className: "caliper-table" }, body));
};

const leftOut = (others) =>
  element(
    "details",
    { open: others.length < 6 },
    element("summary", { textContent: `${words().others} (${others.length})` }),
    element("ul", { className: "caliper-list" }, ...others.map((textContent) => element("li", { textContent }))),
  );

const fill = () => {
  for (const tick of preview.querySelectorAll("input:checked")) {
    const box = boxOf(tick.dataset.box);
    box.value = tick.dataset.text;
    box.closest("details")?.setAttribute("open", "");
    for (const name of ["input", "change"]) box.dispatchEvent(new Event(name, { bubbles: true }));
  }
  dialog.close();
};

const show = ({ results, others }) => {
  const parts = results.length ? [table(results)] : [element("p", { textContent: words().nothing })];
  if (others.length) parts.push(leftOut(others));
  const fills = button(words().fill, fill, false);
  fills.disabled = !results.some(({ problem }) => !problem);
  preview.replaceChildren(...parts, element("p", { className: "caliper-toolbar" }, fills));
  if (!fills.disabled) fills.focus();
};

const read = async () => {
  const number = ++asked;
  const body = new FormData();
  body.set("text", text.value);
  body.set("csrfmiddlewaretoken", boxOf("csrfmiddlewaretoken").value);
  const answer = await fetch(told.printout, { method: "POST", body }).catch(() => null);
  if (number !== asked) return;
  if (answer?.ok) show(await answer.json());
  else preview.replaceChildren(element("p", { className: "caliper-error", textContent: words().failed }));
};

const open = (pasted = "") => {
  text.value = pasted;
  preview.replaceChildren();
  dialog.showModal();
  text.focus();
  if (pasted) read();
};

/** Several lines pasted into one box are no value of that box. */
const paste = (event) => {
  if (!event.target.matches?.(PANEL)) return;
  const pasted = event.clipboardData.getData("text/plain").trim();
  if (!/[\r\n\t]/.test(pasted)) return;
  event.preventDefault();
  const box = event.target;
  dialog.addEventListener("close", () => box.focus(), { once: true });
  open(pasted);
};

export const setUpPrintout = () => {
  const first = /** @type {any} */ (form.querySelector(PANEL));
  if (!told.printout || !first || first.disabled) return;
  dialog.setAttribute("aria-label", words().title);
  text.setAttribute("aria-label", words().hint);
  text.addEventListener("input", read);
  dialog.append(
    element("h2", { textContent: words().title }),
    element("p", { className: "caliper-subtle", textContent: words().hint }),
    text,
    preview,
    button(told.words.close, () => dialog.close()),
  );
  document.body.append(dialog);
  const opens = button(words().title, () => open());
  opens.setAttribute("aria-keyshortcuts", "Alt+V");
  opens.append(" ", element("kbd", { className: "caliper-key", textContent: "Alt+V" }));
  first.closest(".caliper-fieldset").querySelector(".caliper-legend").after(opens);
  form.addEventListener("paste", paste);
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.code !== "KeyV" || event.ctrlKey || event.metaKey || dialog.open) return;
    event.preventDefault();
    open();
  });
};
