// Lists: a box to search in what is too long to be read, and menus that close as menus do.

const LONG = 8; // entries, from which on a search helps

function entriesOf(group) {
  return [...group.querySelectorAll(":scope > li, :scope > label")];
}

function narrow(group, words) {
  for (const entry of entriesOf(group)) {
    entry.hidden = !entry.textContent.toLocaleLowerCase().includes(words) && !entry.querySelector("input:checked");
  }
}

function addSearch(group, label) {
  const box = document.createElement("input");
  box.type = "search";
  box.className = "caliper-input caliper-narrow";
  box.placeholder = label;
  box.setAttribute("aria-label", label);
  box.addEventListener("input", () => narrow(group, box.value.trim().toLocaleLowerCase()));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // the form would be sent with what happens to be ticked
  });
  group.before(box);
}

/** @type {NodeListOf<HTMLElement>} */
const lists = document.querySelectorAll("[data-list]");

for (const drawer of document.querySelectorAll("#changelist-filter ul")) {
  if (entriesOf(drawer).length > LONG) {
    const title = drawer.parentElement.querySelector("h3")?.textContent.trim() ?? "";
    addSearch(drawer, `${lists[0].dataset.searchWords} ${title}`.trim());
  }
}

/** @type {NodeListOf<HTMLElement>} */
const choosers = document.querySelectorAll("form[data-search]");
for (const menu of choosers) {
  const columns = menu.querySelector("fieldset");
  if (entriesOf(columns).length > LONG) addSearch(columns, menu.dataset.search);
}

/** @type {NodeListOf<HTMLDetailsElement>} */
const menus = document.querySelectorAll("details.caliper-menu");

document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const open = [...menus].find((menu) => menu.open);
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
for (const each of lists) each.dataset.ready = "true";
