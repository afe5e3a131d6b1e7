// One dialog in two states: a countdown, then a sign-in.

import { element } from "../forms/element.js";
import { csrfToken } from "./token.js";

const dialog = element("dialog", { className: "caliper-dialog caliper-session" });
dialog.setAttribute("aria-labelledby", "session-title");
const title = element("h2", { id: "session-title" });
const count = element("span", {});
let state = "";
let dismissed = false;
let seenWhenAsked;

const button = (textContent, type = "button") => element("button", { type, className: "caliper-button", textContent });

const renewTokens = () =>
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => {
    Object.assign(input, { value: csrfToken() });
  });

const show = (next, ...content) => {
  if (!dialog.isConnected) document.body.append(dialog);
  state = next;
  dialog.replaceChildren(title, ...content);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input:not([readonly]), button")?.focus();
};

const hide = () => {
  state = "";
  if (dialog.open) dialog.close();
};

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** Whether the person of this page is signed in. Somebody else has pages of their own: this one is left at once. */
const stay = async (told) => {
  const answer = await fetch(told.stay).catch(() => null);
  if (!answer?.ok) return false;
  const { username } = await answer.json();
  if (username !== told.username) location.reload();
  else if (state === "warning") hide();
  return username === told.username;
};

const idleUntil = () => document.cookie.match(/(?:^|; )idle_until=(\d+)/)?.[1];

/** Who has signed in in another tab goes on here, too. */
const lookElsewhere = async (told) => {
  if (idleUntil() === seenWhenAsked) return;
  seenWhenAsked = idleUntil();
  if (await stay(told)) goOn();
};

/** Shows the countdown; null where the end is far. Whoever closes it is not asked again before the end. */
export const warn = (told, left) => {
  if (state === "asking") {
    lookElsewhere(told);
    return;
  }
  if (left === null) {
    dismissed = false;
    if (state) hide();
    return;
  }
  count.textContent = ` ${clock(left)}`;
  if (state || dismissed) return;
  title.replaceChildren(told.leaving, count);
  const keep = button(told.stayWords);
  keep.addEventListener("click", () => stay(told));
  show("warning", element("p", { textContent: told.why }), keep);
};

const field = (label, properties) => {
  const input = element("input", { id: `session-${properties.name}`, ...properties });
  return element(
    "div",
    { className: "caliper-field" },
    element("label", { htmlFor: input.id, textContent: label }),
    input,
  );
};

const post = (address, values) =>
  fetch(address, {
    method: "POST",
    headers: { "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": csrfToken() },
    body: new URLSearchParams(values),
  });

/** Where it leads: "in", the address of the second factor, or "" where it was refused. */
const signIn = async (told, values) => {
  await fetch(told.signIn); // a browser that lost its cookies is given a token
  const answer = await post(told.signIn, { login: told.username, ...values });
  const location = answer.ok ? (await answer.json().catch(() => ({}))).location || "" : "";
  return location.includes(told.secondFactor) ? told.secondFactor : location && "in";
};

const goOn = () => {
  renewTokens();
  hide();
  dispatchEvent(new Event("caliper:signed-in"));
};

const fill = (told, box, said, send) => {
  const submit = button(told.signInWords, "submit");
  const form = element("form", {}, box, said, submit);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    const values = Object.fromEntries(new FormData(form));
    said.textContent = await send(values).catch(() => told.outOfReach) || "";
    submit.disabled = false;
  });
  show("asking", element("p", { textContent: told.again }), form);
};

const words = () => {
  const said = element("p", { className: "caliper-error" });
  said.setAttribute("role", "alert");
  return said;
};

const askForCode = (told) =>
  fill(
    told,
    field(told.code, { name: "code", autocomplete: "one-time-code", required: true }),
    words(),
    async (values) => {
      await post(told.secondFactor, values);
      return (await stay(told)) ? goOn() : told.refused;
    },
  );

const askForPassword = (told) => {
  const name = field(told.username, {
    name: "password",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  name.querySelector("label").textContent = `${told.password} (${told.username})`;
  fill(told, name, words(), async (values) => {
    const led = await signIn(told, values);
    if (led === told.secondFactor) return askForCode(told);
    return led && (await stay(told)) ? goOn() : told.refused;
  });
};

/** Signs in over the page; somebody who has done so in another tab meanwhile goes on at once. */
export const askAgain = (told) => {
  if (state === "asking") return;
  state = "asking";
  seenWhenAsked = idleUntil();
  title.replaceChildren(told.ended);
  askForPassword(told);
};

dialog.addEventListener("cancel", (event) => {
  if (state === "asking") event.preventDefault();
  else dismissed = true;
});
dialog.addEventListener("close", () => state === "warning" && hide());
