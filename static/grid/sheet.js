// The sheet itself: Tabulator shows it, selects and copies; what is typed and pasted goes to the server first.

import { element } from "../forms/element.js";
import { allLines, columnOf, isClosed, lineOf, newsOf, shownText, textOf, told, words } from "./told.js";

const HEAD = "head";
const host = document.getElementById("grid");
const where = document.getElementById("grid-where");

/** How it is seen. `startWith`: the key with which somebody begins to type. `isStale`: an answer waits for the box. */
const view = {
  isTurned: false,
  hasAll: false,
  startWith: null,
  isEdited: false,
  isStale: false,
  table: null,
  shape: "",
  onType: (..._what) => {},
};

export const shownColumns = () => {
  const touched = new Set(
    allLines().flatMap((line) => told.columns.filter((each) => newsOf(line, each.id)).map((each) => each.id)),
  );
  const hasNew = allLines().some((line) => !lineOf(line));
  return told.columns
    .filter((column) => view.hasAll || touched.has(column.id) || (column.isDay ? hasNew : column.isShown))
    .map((column) => column.id);
};

/** Line and column of a cell, whichever way the sheet is turned. */
export const placeOf = (cell) => {
  const row = cell.getRow().getData().id;
  const field = cell.getField();
  return view.isTurned ? { line: field, column: row } : { line: row, column: field };
};

/** What a line is called; a new one by its day. */
export const titleOf = (line) => {
  const day = told.columns.find((column) => column.isDay).id;
  return lineOf(line)?.label || `${words.newRecord} ${textOf(line, day)}`.trim();
};

const remarks = (news) => news ? [...news.says, ...news.asks].join(" ") : "";

const paint = (cell) => {
  const { line, column } = placeOf(cell);
  const news = newsOf(line, column);
  const box = cell.getElement();
  const kinds = ["change", "problem", "conflict", "question", "closed"];
  for (const kind of kinds) box.classList.remove(`grid-${kind}`);
  if (news && news.state !== "same") box.classList.add(`grid-${news.state}`);
  if (news?.asks.length) box.classList.add("grid-question");
  if (isClosed(line, column)) box.classList.add("grid-closed");
  box.title = remarks(news) || lineOf(line)?.closed || "";
  box.setAttribute("aria-invalid", String(news?.state === "problem" || news?.state === "conflict"));
  if (isClosed(line, column)) box.setAttribute("aria-readonly", "true");
  return element("span", { textContent: shownText(column, textOf(line, column)) });
};

/** The value goes to the page, not into Tabulator: it would not tell of a text that it knows already. */
const edit = (cell, onRendered, _success, cancel) => {
  const { line, column } = placeOf(cell);
  const begun = view.startWith;
  const box = element("input", { type: "text", className: "grid-box", value: begun ?? textOf(line, column) });
  view.startWith = null;
  view.isEdited = true;
  box.setAttribute("aria-label", `${titleOf(line)}, ${columnOf(column).title}`);
  box.setAttribute("autocomplete", "off");
  onRendered(() => {
    box.focus();
    if (begun === null) box.select();
  });
  let isDone = false;
  const leave = (does) => {
    if (isDone) return;
    isDone = true;
    cancel();
    view.isEdited = false;
    if (view.isStale) refresh();
    does();
  };
  const finish = () => leave(() => view.onType({ line, column }, box.value));
  box.addEventListener("blur", finish);
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Escape") leave(focus);
    if (event.key === "Tab" && beside(cell, event.shiftKey)) {
      event.preventDefault();
      const next = beside(cell, event.shiftKey);
      finish();
      select(next.line, next.column);
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    finish();
    if (event.ctrlKey || event.metaKey) host.dispatchEvent(new CustomEvent("grid-preview"));
    else move(event.shiftKey ? "up" : "down");
  });
  return box;
};

const move = (direction) => {
  focus();
  view.table.modules.selectRange.keyNavigate(direction, new Event("move"));
};

const NARROWEST = 118;
const WIDEST = 160;
const LETTER = 8; // pixels

/** A word such as "aminotransferase" is not broken at a place that nobody would break it. */
const widthFor = (title) => {
  const longest = Math.max(...title.split(/\s/).map((word) => word.length));
  return Math.min(WIDEST, Math.max(NARROWEST, longest * LETTER + 16));
};

const cellsOf = (row) => row.getCells().filter((cell) => cell.getField() !== HEAD);

/** The next cell to type into, or the one before. At the end of a row the next row begins; there is none after it. */
const beside = (cell, isBack) => {
  const { line, column } = placeOf(cell);
  const open = view.table.getRows().flatMap(cellsOf).map(placeOf).filter((each) => !isClosed(each.line, each.column));
  return open[open.findIndex((each) => each.line === line && each.column === column) + (isBack ? -1 : 1)];
};

/** Home, End: to the first and last cell of the row or, with Ctrl, of the sheet; with Shift they select up to there. */
const jump = (event) => {
  const range = view.table.getRanges()[0];
  const at = range?.getCells()[0]?.[0];
  if (!["Home", "End"].includes(event.key) || event.target.closest("input") || !at) return;
  event.preventDefault();
  event.stopPropagation();
  const end = event.key === "End" ? -1 : 0;
  const row = event.ctrlKey || event.metaKey ? view.table.getRows().at(end) : at.getRow();
  const target = cellsOf(row).at(end);
  const { line, column } = placeOf(target);
  if (event.shiftKey) range.setBounds(at, target);
  else select(line, column);
};

/** The selected cells as they would be typed, in lines and columns. */
const copied = () =>
  (view.table.getRanges()[0]?.getCells() || [])
    .map((row) => row.map(placeOf).map(({ line, column }) => textOf(line, column)).join("\t"))
    .join("\n");

const columnFor = (field, title, isNumber) => ({
  field,
  title,
  headerSort: false,
  headerWordWrap: true,
  width: widthFor(title),
  hozAlign: isNumber ? "right" : "left",
  formatter: paint,
  editor: edit,
  editable: (cell) => {
    const { line, column } = placeOf(cell);
    return !isClosed(line, column);
  },
});

const header = () => ({
  field: HEAD,
  title: view.isTurned ? words.field : words.row,
  frozen: true,
  headerSort: false,
  resizable: false,
  width: innerWidth < 640 ? 130 : 210,
  formatter: (cell) => {
    const { id } = cell.getRow().getData();
    const line = view.isTurned ? null : lineOf(id);
    const text = cell.getValue() + (line?.closed ? ` (${words.locked})` : "");
    return line?.address ? element("a", { href: line.address, textContent: text, className: "caliper-link" }) : text;
  },
});

const heads = () =>
  view.isTurned
    ? allLines().map((line) => columnFor(line, titleOf(line), true))
    : shownColumns().map((id) => columnFor(id, columnOf(id).title, !columnOf(id).isCode));

const rows = () =>
  view.isTurned
    ? shownColumns().map((id) => ({ id, [HEAD]: columnOf(id).title }))
    : allLines().map((id) => ({ id, [HEAD]: titleOf(id) }));

const shape = () => JSON.stringify([view.isTurned, allLines(), shownColumns()]);

/** The selected cells, by line and column. */
export const selected = () => (view.table.getRanges()[0]?.getCells() || []).flat().map(placeOf);

export const focus = () => view.table.rowManager.element.focus({ preventScroll: true });

/** The selected cell in words, with what is to be said of it: for ears, and for who has no mouse to point with. */
const tell = () => {
  const place = view.table?.getRanges()[0]?.getCells()[0]?.[0];
  if (!place) return;
  const { line, column } = placeOf(place);
  const text = shownText(column, textOf(line, column)) || words.empty;
  const more = remarks(newsOf(line, column)) || lineOf(line)?.closed || "";
  const told = `${titleOf(line)} · ${columnOf(column).title}: ${text}${more ? ` — ${more}` : ""}`;
  if (where.textContent !== told) where.textContent = told;
};

const build = () =>
  new Promise((built) => {
    view.table?.destroy();
    view.shape = shape();
    const table = view.table = new /** @type {any} */ (globalThis).Tabulator(host, {
      data: rows(),
      columns: heads(),
      rowHeader: header(),
      layout: "fitData",
      maxHeight: "70vh",
      renderVertical: "basic",
      selectableRange: 1,
      selectableRangeRows: true,
      selectableRangeColumns: true,
      selectableRangeAutoFocus: false,
      editTriggerEvent: "dblclick",
      keybindings: { navNext: false, navPrev: false }, // Tab leads out of the sheet
      clipboard: "copy",
      clipboardCopyStyled: false,
      clipboardCopyFormatter: (kind, found) => kind === "plain" ? copied() : found, // the table itself holds no values
      clipboardCopyRowRange: "range",
      clipboardCopyConfig: { columnHeaders: false, rowHeaders: false },
    });
    table.on("rangeChanged", tell);
    table.on("tableBuilt", () => {
      host.setAttribute("aria-label", words.sheet);
      host.removeAttribute("aria-owns"); // what has the focus is itself the group of rows
      table.rowManager.element.setAttribute("role", "rowgroup");
      table.rowManager.tableElement.setAttribute("role", "presentation");
      host.dataset.ready = "true";
      built(table);
    });
  });

/** Shows what the server said; another shape needs another table. Not while somebody types: the box would be gone. */
export const refresh = async () => {
  view.isStale = view.isEdited;
  if (view.isEdited) return;
  if (view.shape !== shape()) {
    const had = host.contains(document.activeElement);
    await build();
    if (had) focus();
    return;
  }
  for (const row of view.table.getRows()) row.reformat();
  tell();
};

export const turn = () => {
  view.isTurned = !view.isTurned;
  return build().then(() => view.isTurned);
};

export const showAll = () => {
  view.hasAll = !view.hasAll;
  return build().then(() => view.hasAll);
};

export const isTurned = () => view.isTurned;

/** Goes to a cell and selects it. */
export const select = (line, column) => {
  const [row, field] = view.isTurned ? [column, line] : [line, column];
  const cell = view.table.getRow(row)?.getCell(field);
  if (!cell) return;
  view.table.scrollToColumn(field, "middle", false).catch(() => {}); // settled only where it has to scroll
  cell.getElement().scrollIntoView({ block: "nearest" });
  view.table.getRanges()[0]?.setBounds(cell, cell);
  focus();
};

const begin = (event) => {
  if (event.target.closest("input") || event.ctrlKey || event.metaKey || event.altKey) return;
  const cell = view.table.getRanges()[0]?.getCells()[0]?.[0];
  const isText = event.key.length === 1 && event.key !== " " || event.key === "F2";
  if (!cell || !isText || isClosed(placeOf(cell).line, placeOf(cell).column)) return;
  event.preventDefault();
  event.stopPropagation();
  view.startWith = event.key === "F2" ? null : event.key;
  cell.edit(true);
};

export const setUpSheet = (onType) => {
  view.onType = onType;
  host.addEventListener("keydown", begin, true);
  host.addEventListener("keydown", jump, true);
  return build();
};
