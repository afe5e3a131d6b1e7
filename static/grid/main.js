// A patient's records as a sheet: paste or type, look at the preview, store once.

import { focusPanel, refuse, show, why } from "./panel.js";
import { askPreview, askStore } from "./server.js";
import { focus, isTurned, refresh, select, selected, setUpSheet, showAll, shownColumns, turn } from "./sheet.js";
import {
  allLines,
  createLine,
  edits,
  forget,
  forgetAll,
  goBack,
  insist,
  isClosed,
  preview,
  remember,
  take,
  textOf,
  told,
  type,
} from "./told.js";

const host = document.getElementById("grid");

const acts = {
  keep: ({ line, column }) => (remember(), forget(line, column), update()),
  insist: ({ line, column, old }) => (remember(), insist(line, column, old), update()),
  discard: () => (remember(), forgetAll(), update().then(focus)),
  leaveOut: () => {
    remember();
    const { cells, lines } = preview();
    const refused = new Set(lines.filter(({ says, is_new }) => says.length && is_new).map(({ line }) => line));
    for (const cell of cells) {
      const isRefused = cell.state === "problem" || cell.state === "conflict";
      if (isRefused && !edits().some((edit) => edit.line === cell.line && edit.column === cell.column)) {
        refused.add(cell.line);
      }
      if (isRefused) forget(cell.line, cell.column);
    }
    for (const edit of edits()) if (refused.has(edit.line)) forget(edit.line, edit.column);
    update().then(focusPanel);
  },
  store: async () => {
    const answer = await askStore(preview().digest, why());
    if (answer.stored) {
      forgetAll();
      location.reload();
      return;
    }
    if (answer.cells) await present(answer);
    if (answer.refusal) refuse(answer.refusal);
    focusPanel();
  },
};

const present = async (answer) => {
  take(answer);
  await refresh();
  show(acts);
};

const update = async (block = null) => {
  host.dataset.asking = "true";
  const answer = await askPreview(block);
  if (!answer) return false;
  delete host.dataset.asking;
  if (answer.refusal) refuse(answer.refusal);
  else await present(answer);
  return !answer.refusal;
};

const typed = ({ line, column }, text) => {
  if (text === textOf(line, column)) return;
  remember();
  type(line, column, text);
  update();
};

const isElsewhere = (target) =>
  target instanceof Element && !host.contains(target) && target.matches("input, textarea, select, dialog *");

const paste = async (event) => {
  if (isElsewhere(event.target) || document.querySelector("dialog[open]")) return;
  const block = event.clipboardData.getData("text/plain");
  if (!block || (event.target.matches?.(".grid-box") && !/[\t\r\n]/.test(block.trim()))) return;
  event.preventDefault();
  const [at] = selected();
  const place = at || { line: allLines()[0] || "", column: shownColumns()[0] };
  remember();
  if (await update({ block, ...place, columns: shownColumns(), lines: allLines(), turned: isTurned() })) focusPanel();
};

const empty = () => {
  remember();
  for (const { line, column } of selected()) if (!isClosed(line, column)) type(line, column, "");
  update();
};

/** What is typed and not stored goes back step by step; what was stored is undone above, where one is asked why. */
const back = () => {
  if (goBack()) return update().then(focus);
  const act = /** @type {HTMLDetailsElement} */ (document.querySelector(".grid-act"));
  if (!act) return;
  act.open = true;
  /** @type {HTMLElement} */ (act.querySelector("select")).focus();
};

const press = (event) => {
  if (isElsewhere(event.target) || document.querySelector("dialog[open]")) return;
  if (event.target.matches?.(".grid-box")) return; // it ends what is typed first
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    event.stopPropagation();
    focusPanel();
  } else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
    event.preventDefault();
    back();
  } else if (
    ["Delete", "Backspace"].includes(event.key) && host.contains(event.target)
  ) {
    event.preventDefault();
    empty();
  }
};

const pressed = (id, does) => {
  const made = document.getElementById(id);
  made?.addEventListener("click", async () => made.setAttribute("aria-pressed", String(await does())));
};

await setUpSheet(typed);
pressed("grid-turn", turn);
pressed("grid-all", showAll);
if (told.mayEnter) {
  show(acts);
  document.addEventListener("paste", paste);
  document.addEventListener("keydown", press, true);
  host.addEventListener("grid-preview", () => update().then(focusPanel));
  document.getElementById("grid-new").addEventListener("click", async () => {
    remember();
    const line = createLine();
    await refresh();
    select(line, told.columns.find((column) => column.isDay).id);
  });
  addEventListener("beforeunload", (event) => {
    if (edits().length) event.preventDefault();
  });
}
document.documentElement.dataset.gridReady = "true";
