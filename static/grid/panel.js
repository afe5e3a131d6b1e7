// The preview below the sheet: old and new, each refusal and question in words, and the one button that stores.

import { element } from "../forms/element.js";
import { select, titleOf } from "./sheet.js";
import { columnOf, preview, shownText, words } from "./told.js";

const MOST_ROWS = 200;
const panel = document.getElementById("grid-told");

export const button = (textContent, does, kind = "quiet") => {
  const made = element("button", {
    type: "button",
    textContent,
    className: `caliper-button caliper-button-small ${kind ? `caliper-button-${kind}` : ""}`,
  });
  made.addEventListener("click", does);
  return made;
};

const note = (textContent, kind) => element("p", { textContent, className: `caliper-note caliper-note-${kind}` });

const choices = (cell, acts) =>
  cell.state === "conflict"
    ? [button(words.takeStored, () => acts.keep(cell)), button(words.takeYours, () => acts.insist(cell))]
    : [];

const rowOf = (cell, acts) => {
  const place = button(
    `${titleOf(cell.line)}: ${columnOf(cell.column).title}`,
    () => select(cell.line, cell.column),
    "",
  );
  place.className = "grid-place";
  const told = [
    ...cell.says.map((textContent) => element("p", { textContent, className: "grid-says" })),
    ...cell.asks.map((textContent) => element("p", { textContent, className: "grid-asks" })),
    ...choices(cell, acts),
  ];
  const text = (of) => shownText(cell.column, of) || "–";
  return element(
    "tr",
    { className: `grid-row-${cell.state}` },
    element("td", {}, place),
    element("td", { textContent: text(cell.old) }),
    element("td", { textContent: text(cell.new) }),
    element("td", { className: "caliper-sentence" }, ...told),
  );
};

const table = (cells, acts) => {
  const heads = [`${words.row}: ${words.field}`, words.old, words.new, words.remarks];
  const head = element("tr", {}, ...heads.map((textContent) => element("th", { scope: "col", textContent })));
  const body = cells.slice(0, MOST_ROWS).map((cell) => rowOf(cell, acts));
  const scroll = element(
    "div",
    { className: "caliper-scroll grid-cells", tabIndex: 0 },
    element(
      "table",
      { className: "caliper-table caliper-findings" },
      element("thead", {}, head),
      element("tbody", {}, ...body),
    ),
  );
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-labelledby", "grid-preview-title");
  const left = cells.length - body.length;
  return [scroll, ...(left > 0 ? [element("p", { textContent: words.more.replace("{n}", left) })] : [])];
};

const field = (label, box) => {
  box.id = `grid-${box.name}`;
  return element("div", { className: "caliper-field" }, element("label", { htmlFor: box.id, textContent: label }), box);
};

const reason = () => {
  const code = element("select", { name: "reason_code", required: true });
  const choose = element("option", { value: "", textContent: words.choose });
  const known = /** @type {HTMLTemplateElement} */ (document.getElementById("grid-reasons"));
  code.append(choose, known.content.cloneNode(true));
  const said = element("input", { name: "reason_words", maxLength: 400, autocomplete: "off" });
  return element("div", { className: "caliper-reason-boxes" }, field(words.reason, code), field(words.inWords, said));
};

export const why = () =>
  Object.fromEntries([...panel.querySelectorAll("[name]")].map((/** @type {any} */ box) => [box.name, box.value]));

const together = (texts, kind) =>
  texts.length
    ? [
      element(
        "div",
        { className: `caliper-note caliper-note-${kind}` },
        ...texts.map((textContent) => element("p", { textContent })),
      ),
    ]
    : [];

const warnings = ({ lines, corrected, notes }) => {
  const created = lines.filter((line) => line.is_new).map(({ line }) => titleOf(line));
  const verified = lines.filter((line) => line.ends_verification).map((line) => line.label);
  const of = (part) => lines.flatMap((news) => news[part].map((text) => `${titleOf(news.line)}: ${text}`));
  const told = [
    ...(notes || []),
    ...of("asks"),
    ...(created.length ? [`${words.newRecords} ${created.join(", ")}`] : []),
    ...(corrected.length ? [`${words.corrected} ${corrected.join(", ")}`] : []),
    ...(verified.length ? [`${words.verified} ${verified.join("; ")}`] : []),
  ];
  return [...together(of("says"), "error"), ...together(told, "warning")];
};

const ORDER = { conflict: 0, problem: 1, change: 2 };

/** Whatever was chosen as the reason stays chosen while the preview is made anew. */
const keepReason = (former) => {
  for (const [name, value] of Object.entries(former)) {
    const box = /** @type {any} */ (panel.querySelector(`[name="${name}"]`));
    if (box) box.value = value;
  }
};

export const show = (acts) => {
  const told = preview();
  const former = why();
  const cells = (told?.cells || []).filter((cell) => cell.state !== "same");
  if (!told || (!cells.length && !told.notes?.length)) {
    panel.replaceChildren(element("p", { className: "caliper-subtle", textContent: words.nothing }));
    return;
  }
  cells.sort((some, more) => ORDER[some.state] - ORDER[more.state]);
  const counts = [
    words.changes.replace("{n}", told.changes),
    ...(told.held_up ? [words.refused.replace("{n}", told.held_up)] : []),
  ];
  const store = button(`${words.store} (${told.changes})`, acts.store, "");
  store.id = "grid-store";
  store.disabled = Boolean(told.held_up) || !told.changes;
  panel.replaceChildren(
    element("p", { className: "grid-counts", textContent: counts.join(" · ") }),
    ...warnings(told),
    ...(told.corrected.length ? [reason()] : []),
    element(
      "p",
      { className: "caliper-toolbar" },
      store,
      ...(told.held_up ? [button(words.leaveOut, acts.leaveOut)] : []),
      button(words.discard, acts.discard),
    ),
    ...(cells.length ? table(cells, acts) : []),
  );
  keepReason(former);
};

export const refuse = (text) => {
  panel.querySelector(".grid-refusal")?.remove();
  const told = note(text, "error");
  told.classList.add("grid-refusal");
  told.setAttribute("role", "alert");
  panel.prepend(told);
};

/** To the first refusal; else to the reason where one is needed, or to the button that stores. */
export const focusPanel = () => {
  const code = /** @type {any} */ (panel.querySelector("[name=reason_code]"));
  const store = /** @type {any} */ (document.getElementById("grid-store"));
  const target = !store || store.disabled ? panel.querySelector(".grid-place") : code && !code.value ? code : store;
  target?.focus();
};
