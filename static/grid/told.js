// What the server told this page, and what has been typed into it and is not stored yet.

export const told = JSON.parse(document.getElementById("grid-data").textContent);

export const words = told.words;

const key = (line, column) => `${line} ${column}`;

const columns = new Map(told.columns.map((column) => [column.id, column]));
const lines = new Map(told.lines.map((line) => [line.id, line]));

/** `edits` and `cells` by line and column; `preview` is the last answer of the server. */
const state = { edits: new Map(), cells: new Map(), preview: null, created: [] };

export const columnOf = (id) => columns.get(id);

export const lineOf = (id) => lines.get(id);

export const edits = () => [...state.edits.values()];

export const preview = () => state.preview;

export const storedText = (line, column) => lineOf(line)?.texts[column] || "";

export const editOf = (line, column) => state.edits.get(key(line, column));

/** What the server says of this cell; nothing while nobody has typed into it. */
export const newsOf = (line, column) => state.cells.get(key(line, column));

/** What stands in a cell now, as it would be typed. */
export const textOf = (line, column) => {
  const edit = editOf(line, column);
  if (!edit) return storedText(line, column);
  const news = newsOf(line, column);
  return news && news.state === "change" ? news.new : edit.text;
};

/** A code by its label, anything else as it is. */
export const shownText = (column, text) => columnOf(column).codes[text] || text;

export const type = (line, column, text) => {
  const seen = editOf(line, column)?.seen ?? storedText(line, column);
  if (text.trim() === seen) state.edits.delete(key(line, column));
  else state.edits.set(key(line, column), { line, column, text, seen });
};

export const forget = (line, column) => state.edits.delete(key(line, column));

/** The person has read what a colleague stored, and wants theirs all the same. */
export const insist = (line, column, seen) => {
  state.edits.set(key(line, column), { ...editOf(line, column), seen });
};

export const forgetAll = () => {
  state.edits.clear();
  state.created = [];
};

export const createLine = () => {
  let number = 1;
  while (allLines().includes(`new${number}`)) number += 1;
  state.created.push(`new${number}`);
  return `new${number}`;
};

/** Stored ones, then those that are new. */
export const allLines = () => {
  const typed = edits().map((edit) => edit.line).filter((line) => !lines.has(line));
  return [...new Set([...lines.keys(), ...typed, ...state.created])];
};

export const isClosed = (line, column) =>
  !told.mayEnter || Boolean(lineOf(line)?.closed) || Boolean(lineOf(line) && columnOf(column).isDay);

/** What was typed before each act that is not stored yet. */
const former = [];

export const remember = () => former.push([new Map(state.edits), [...state.created]]);

/** Takes back the last act that is not stored; false where there is none. */
export const goBack = () => {
  const before = former.pop();
  if (before) [state.edits, state.created] = before;
  return Boolean(before);
};

export const take = (answer) => {
  state.preview = answer;
  state.edits = new Map(answer.edits.map((edit) => [key(edit.line, edit.column), edit]));
  state.cells = new Map(answer.cells.map((cell) => [key(cell.line, cell.column), cell]));
};
