// What is typed is kept on the server within three seconds, until it is saved; see registry/admin/entry/drafts.py.

import { csrfToken } from "../session/token.js";
import { element } from "./element.js";
import { form, told } from "./told.js";

const PAUSE_MS = 1500; // from the first keystroke not kept yet
const AGAIN_MS = 3000;

const shown = element("span", { className: "caliper-kept" });
let timer = 0;
let isUnsent = false;
let isSubmitted = false;
let isUnderWay = false;

const show = (words, isTrouble) => {
  shown.textContent = words;
  shown.classList.toggle("caliper-error", isTrouble);
  if (isTrouble) shown.setAttribute("role", "alert");
  else shown.removeAttribute("role");
};

const later = (pause) => {
  clearTimeout(timer);
  timer = setTimeout(keep, pause);
};

const values = () => {
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  body.set("_address", told.address);
  return body;
};

const trouble = (status) => {
  isUnsent = true;
  if (status === 401) dispatchEvent(new Event("caliper:signed-out"));
  else {
    show(told.words.not_kept, true);
    later(AGAIN_MS);
  }
};

const keep = async () => {
  timer = 0;
  if (isSubmitted || !isUnsent) return;
  if (isUnderWay) {
    later(AGAIN_MS / 10);
    return;
  }
  isUnsent = false;
  isUnderWay = true;
  const keepalive = document.visibilityState === "hidden"; // the page may be gone before the answer
  const request = { method: "POST", body: values(), keepalive, headers: { "X-CSRFToken": csrfToken() } };
  const answer = await fetch(told.keep, { ...request, signal: AbortSignal.timeout(20000) }).catch(() => null);
  isUnderWay = false;
  if (answer?.ok) {
    const { at } = await answer.json();
    show(`${told.words.kept} ${at}`, false);
    form.dataset.keptAt = String(Date.now());
  } else if (!isSubmitted) trouble(answer?.status);
};

const typed = () => {
  isUnsent = true;
  isSubmitted = false;
  if (!timer) later(PAUSE_MS);
};

/** Whoever leaves the page loses nothing of the last second either. */
const keepNow = () => {
  if (document.visibilityState === "hidden" && isUnsent && !isSubmitted) keep();
};

export const setUpDrafts = () => {
  if (!document.querySelector("#submit-row [name=_save]")) return;
  document.querySelector("#submit-row .caliper-grow")?.append(shown);
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("submit", () => {
    isSubmitted = true;
    clearTimeout(timer);
    timer = 0;
  });
  addEventListener("caliper:signed-in", () => later(0));
  document.addEventListener("visibilitychange", keepNow);
  form.dataset.drafts = "kept";
};
