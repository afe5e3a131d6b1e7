// Boxes in which a term or a drug is found while one types. The list is asked of the server, which also resolves what
// is typed when the form is saved; see registry/admin/entry/choice_list.py. One list serves all boxes of the page.

// @deno-types="../vendor/combobox-nav/index.d.ts"
import Combobox from "../vendor/combobox-nav/index.js";
import { element } from "./element.js";
import { box, cellOf, firstOf, labelOf, whereIs } from "./place.js";
import { form, told } from "./told.js";

const PAUSE_MS = 120;

const list = element("div", { id: "caliper-choices", className: "caliper-choice-list", role: "listbox" });
const state = { input: null, combobox: null, timer: 0, asked: null };
const answers = new Map();

const words = () => told.words.picker;

const isPicker = (target) => target?.matches?.("input[data-picker]") && !target.disabled;

const isOpen = () => list.matches(":popover-open");

const versionOf = (input) => firstOf(box(whereIs(input).prefix, "ctcae_version"))?.value || "";

const addressOf = (input) => {
  const asked = new URLSearchParams({ q: input.value.trim(), version: versionOf(input) });
  return `${told.choices.replace("kind", input.dataset.picker)}?${asked}`;
};

/** The answer to what stands in the box now; what was asked before is let go. */
const ask = async (input, signal = undefined) => {
  const address = addressOf(input);
  if (answers.has(address)) return answers.get(address);
  const answer = await fetch(address, { signal, headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) throw new Error(`answered ${answer.status}`);
  answers.set(address, await answer.json());
  return answers.get(address);
};

// The list

const place = () => {
  const { left, bottom, top, width } = state.input.getBoundingClientRect();
  const room = innerHeight - bottom;
  const isBelow = room >= Math.min(list.scrollHeight, 240) || room >= top;
  const wide = Math.min(Math.max(width, 352), innerWidth - 16);
  list.style.width = `${wide}px`;
  list.style.left = `${Math.max(8, Math.min(left, innerWidth - wide - 8))}px`;
  list.style.maxHeight = `${Math.min((isBelow ? room : top) - 12, 360)}px`;
  list.style.top = isBelow ? `${bottom + 4}px` : "auto";
  list.style.bottom = isBelow ? "auto" : `${innerHeight - top + 4}px`;
};

const close = () => {
  clearTimeout(state.timer);
  state.asked?.abort();
  if (!isOpen()) return;
  state.combobox.stop();
  list.hidePopover();
};

const line = (className, textContent) => textContent ? [element("small", { className, textContent })] : [];

const option = (hit, number) => {
  const made = element(
    "div",
    { id: `caliper-choice-${number}`, role: "option" },
    element("span", { textContent: hit.value }),
    ...line("caliper-subtle", hit.detail),
    ...line("caliper-choice-note", hit.note),
  );
  made.dataset.value = hit.value;
  return made;
};

const groups = (found) => {
  const parts = [];
  found.forEach((hit, number) => {
    if (hit.group && parts.at(-1)?.getAttribute("aria-label") !== hit.group) {
      const head = element("div", { className: "caliper-choice-group", textContent: hit.group, ariaHidden: "true" });
      const made = element("div", { role: "group" }, head);
      made.setAttribute("aria-label", hit.group);
      parts.push(made);
    }
    if (hit.group) parts.at(-1).append(option(hit, number));
    else parts.push(option(hit, number));
  });
  return parts;
};

const show = (input, found) => {
  if (document.activeElement !== input || !found.length) return close();
  if (isOpen()) state.combobox.stop();
  list.replaceChildren(...groups(found));
  list.setAttribute("aria-label", `${words().choices}: ${labelOf(input)}`);
  if (!isOpen()) list.showPopover();
  list.scrollTop = 0;
  place();
  state.combobox.start();
  list.dataset.answers = input.value;
};

const search = async (input) => {
  state.asked?.abort();
  state.asked = new AbortController();
  try {
    show(input, (await ask(input, state.asked.signal)).found);
  } catch (error) {
    if (error.name !== "AbortError") tell(input, words().failed);
  }
};

const searchSoon = (input) => {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => search(input), PAUSE_MS);
};

// What is known of the value

const noteOf = (input) => cellOf(input).querySelector(".caliper-picked");

const tell = (input, textContent) => {
  noteOf(input)?.remove();
  if (!textContent) return;
  const note = element("span", { className: "caliper-picked", role: "status", textContent });
  input.after(note);
};

const gradeBox = (input) => firstOf(box(whereIs(input).prefix, "ae_grade"));

/** Beside the grade what it says of this term. */
const tellGrade = (grade, { wording, grades }) => {
  cellOf(grade).querySelector(".caliper-grade")?.remove();
  const said = grades.find(([number]) => number === grade.value)?.[1];
  if (!said) return grade.removeAttribute("aria-describedby");
  const id = `${grade.id}-words`;
  const note = element("span", { id, className: "caliper-grade", textContent: said, title: wording });
  grade.setAttribute("aria-describedby", id);
  cellOf(grade).append(note);
};

/** Below the line of the term: its class, where its Chinese name comes from, and what each of its grades means. */
const about = (input, { detail, source, wording, grades }) => {
  const row = input.closest(".caliper-row");
  form.querySelectorAll(".caliper-term").forEach((other) => other.remove());
  if (!row || !grades.length) return;
  const chosen = gradeBox(input)?.value;
  const items = grades.map(([number, said]) => {
    const item = element("li", {}, element("b", { textContent: number }), ` ${said}`);
    if (number === chosen) item.className = "caliper-term-chosen";
    return item;
  });
  const head = element("p", {}, element("strong", { textContent: detail }), ` ${source}`);
  row.after(
    element(
      "div",
      { className: "caliper-term" },
      head,
      element("p", { className: "caliper-subtle", textContent: `${words().grades}: ${wording}` }),
      element("ul", {}, ...items),
    ),
  );
};

const know = async (input, { andWrite = false, andShow = true } = {}) => {
  const typed = input.value;
  if (!typed.trim()) return tell(input, "");
  const answer = await ask(input).catch(() => null);
  if (!answer || input.value !== typed) return;
  const { found, nearest } = answer;
  const meant = answer.meant || (andWrite && found.length === 1 ? found[0] : null); // the only one there is
  const near = nearest.length ? `${words().unknown} ${nearest.join(" · ")}` : words().nothing;
  tell(input, meant ? "" : near);
  if (!meant) return;
  if (andWrite && meant.value !== typed) {
    input.value = meant.value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const grade = input.dataset.picker === "terms" && gradeBox(input);
  if (!grade) return;
  tellGrade(grade, meant);
  if (andShow) about(input, meant);
};

/** The box of the term beside this grade, or this box itself. */
const termBeside = (target) => {
  if (isPicker(target)) return target.dataset.picker === "terms" ? target : null;
  const { prefix, variable } = whereIs(target);
  if (variable !== "ae_grade" && variable !== "ctcae_version") return null;
  return firstOf(box(prefix, "ae_term"));
};

// What the person does

const enter = ({ target }) => {
  if (!target.matches?.("input, select, textarea")) return;
  if (state.input && state.input !== target) close();
  if (isPicker(target) && state.input !== target) {
    state.combobox?.destroy();
    state.combobox = new Combobox(target, list, { tabInsertsSuggestions: false, firstOptionSelectionMode: "active" });
  }
  if (isPicker(target)) state.input = target;
  const term = termBeside(target);
  if (term) know(term);
};

const leave = ({ target }) => {
  if (target !== state.input) return;
  close();
  know(target, { andWrite: true, andShow: target.contains(document.activeElement) });
};

const choose = ({ target }) => {
  const { input } = state;
  input.value = target.dataset.value;
  close();
  input.focus();
  input.dispatchEvent(new Event("change", { bubbles: true })); // and not "input", which would search again
  know(input);
};

const press = (event) => {
  if (!isPicker(event.target) || event.isComposing) return;
  if (event.key === "Escape" && isOpen()) {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (event.key === "ArrowDown" && !isOpen()) {
    event.preventDefault();
    search(event.target);
  }
};

const typed = (event) => {
  if (isPicker(event.target) && document.activeElement === event.target && event.isTrusted) searchSoon(event.target);
};

const changed = ({ target }) => {
  const term = termBeside(target);
  if (term && target !== term) know(term);
};

export const setUpPickers = () => {
  if (!form.querySelector("input[data-picker]")) return;
  list.popover = "manual";
  document.body.append(list);
  form.addEventListener("focusin", enter);
  form.addEventListener("focusout", leave);
  form.addEventListener("input", typed);
  form.addEventListener("keydown", press);
  form.addEventListener("change", changed);
  list.addEventListener("combobox-commit", choose);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  addEventListener("scroll", (event) => isOpen() && event.target !== list && place(), { capture: true, passive: true });
  addEventListener("resize", () => isOpen() && place());
};
