// Tabs: one stop of the Tab key; arrow keys, Home and End move over them, Enter opens.

const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** @returns {HTMLElement[]} */
const tabs = () => Array.from(document.querySelectorAll("#tabs-items [role=tab]"));

const isActive = (tab) => tab.getAttribute("aria-selected") === "true";

export const activeTab = () => tabs().find(isActive) || tabs()[0];

/** The tab of this panel, the first one where there is none. */
export const tabOf = (panel) => tabs().find((tab) => panel && panelName(tab) === panel.id) || tabs()[0];

const panelName = (tab) => `${tab.dataset.tab}-group`;

/** The place a key leads to from this place among so many; undefined where it leads nowhere. */
export const placeAfter = (key, place, count) =>
  key in MOVES ? (place + MOVES[key] + count) % count : { Home: 0, End: count - 1 }[key];

const oneStop = () => tabs().forEach((tab) => tab.tabIndex = tab === activeTab() ? 0 : -1);

const moveOverTabs = (event) => {
  const all = tabs();
  const place = all.indexOf(event.target.closest("[role=tab]"));
  if (place < 0) return;
  const to = placeAfter(event.key, place, all.length);
  if (event.key === " ") {
    event.preventDefault();
    event.target.click();
  }
  if (to === undefined) return;
  event.preventDefault();
  all.forEach((tab, index) => tab.tabIndex = index === to ? 0 : -1);
  all[to].focus();
};

const FIELD = "input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea:not([disabled]), .add-row";

const enterPanel = (tab) => {
  const place = document.getElementById(panelName(tab)) || document.querySelector("#content form[id$=_form]");
  const fields = /** @type {any[]} */ (Array.from(place.querySelectorAll(FIELD)));
  fields.find((each) => each.offsetParent !== null)?.focus();
};

/** Alt+PageDown and Alt+PageUp turn to the next tab and the one before, from wherever one is typing. */
const turn = (event) => {
  const step = { PageDown: 1, PageUp: -1 }[event.key];
  const all = tabs();
  if (!event.altKey || !step || !all.length) return;
  event.preventDefault();
  const to = all[(all.indexOf(activeTab()) + step + all.length) % all.length];
  to.click();
  setTimeout(() => enterPanel(to), 0);
};

/** Alt+Enter saves and goes on to the next form. */
const goOn = (event) => {
  if (!event.altKey || event.key !== "Enter" || event.ctrlKey || event.shiftKey) return;
  /** @type {HTMLButtonElement} */
  const next = document.querySelector("#submit-row [name=_next]");
  if (!next) return;
  event.preventDefault();
  next.click();
};

const isTouched = () => document.activeElement && document.activeElement !== document.body;

/** On the page of a new record one begins to type at once; with a thumb the keyboard would hide the page. */
export const beginTyping = () => {
  if (!isTouched() && matchMedia("(hover: hover)").matches) enterPanel(activeTab() || { dataset: {} });
};

const joinToPanel = (tab) => {
  tab.id = `tab-${tab.dataset.tab}`;
  const panel = document.getElementById(panelName(tab));
  if (!panel) return;
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", tab.id);
  tab.setAttribute("aria-controls", panel.id);
};

export const setUpTabs = () => {
  document.addEventListener("keydown", goOn);
  tabs().forEach(joinToPanel);
  const nav = document.getElementById("tabs-items");
  if (!nav) return;
  nav.addEventListener("keydown", moveOverTabs);
  document.addEventListener("keydown", turn);
  new MutationObserver(oneStop).observe(nav, { subtree: true, attributeFilter: ["aria-selected"] });
  oneStop();
};
