// One field in a panel: history, queries, verification.

import { told } from "./told.js";
import { element } from "./element.js";

const dialog = element("dialog", { className: "caliper-dialog" });

const fill = (html) => {
  dialog.innerHTML = html;
  dialog.setAttribute("aria-labelledby", "field-title");
  const close = element("button", {
    type: "button",
    className: "caliper-button caliper-button-quiet caliper-button-small",
    textContent: told.words.close,
  });
  close.addEventListener("click", () => dialog.close());
  dialog.append(close);
};

const addressOf = ({ variable, about }) => {
  const [entity, id, name] = about.behind?.[variable] || [about.entity, about.id, variable];
  return told.page.replace("entity/0/variable", `${entity}/${id}/${name}`);
};

export const openField = async (input, where) => {
  const answer = await fetch(addressOf(where));
  if (!answer.ok) return;
  fill(await answer.text());
  dialog.addEventListener("close", () => input.focus(), { once: true });
  dialog.showModal();
};

const send = async (event) => {
  event.preventDefault();
  const body = new FormData(event.target, event.submitter);
  const answer = await fetch(event.target.action, { method: "POST", body });
  fill(await answer.text());
  dialog.querySelector("button, textarea")?.focus();
};

export const setUpPanel = () => {
  dialog.addEventListener("submit", send);
  document.body.append(dialog);
};
