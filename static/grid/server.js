// The two questions to the server: what would become of this, and store it.

import { csrfToken } from "../session/token.js";
import { edits, storedText, told, words } from "./told.js";

let asked = 0;

const post = async (address, what) => {
  const body = new FormData();
  body.set("asked", JSON.stringify(what));
  const answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } }).catch(() =>
    null
  );
  const isJson = answer?.headers.get("content-type")?.includes("json");
  return isJson ? await answer.json() : { refusal: words.failed };
};

const shown = () =>
  Object.fromEntries(
    told.lines.map((
      { id },
    ) => [id, Object.fromEntries(told.columns.map((each) => [each.id, storedText(id, each.id)]))]),
  );

/** Nothing where another question was asked meanwhile: its answer counts. */
export const askPreview = async (block = null) => {
  const number = ++asked;
  const answer = await post(told.preview, { edits: edits(), ...(block ? { ...block, seen: shown() } : {}) });
  return number === asked ? answer : null;
};

export const askStore = (digest, why) => post(told.store, { edits: edits(), digest, ...why });
