// The page of a result: which section is being read, menus that close as menus do, and everything opened on paper.

/** @type {NodeListOf<HTMLAnchorElement>} */
const links = document.querySelectorAll(".caliper-contents a");
/** @type {HTMLDetailsElement} */
const contents = document.querySelector(".caliper-contents details");
/** @type {HTMLElement} */
const now = document.querySelector("[data-now]");
const parts = [...document.querySelectorAll("[data-part]")];
const inSight = new Set();

function mark() {
  const first = parts.find((part) => inSight.has(part));
  if (!first) return; // between two sections: the last one stays marked
  for (const link of links) {
    const isCurrent = link.hash === `#${first.id}`;
    if (isCurrent) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
    if (isCurrent) now.textContent = link.textContent;
  }
  now.hidden = false;
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) inSight.add(entry.target);
    else inSight.delete(entry.target);
  }
  mark();
}, { rootMargin: "-15% 0px -60% 0px" });
for (const part of parts) watcher.observe(part);

for (const link of links) link.addEventListener("click", () => (contents.open = false));

/** @type {NodeListOf<HTMLDetailsElement>} */
const menus = document.querySelectorAll("details[data-menu], .caliper-contents details");
document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const open = [...menus].find((menu) => menu.open);
  if (event.key !== "Escape" || !open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// On paper everything is opened, and every figure there, also those that nobody has scrolled to.
let opened = [];

function openAll() {
  /** @type {NodeListOf<HTMLDetailsElement>} */
  const closed = document.querySelectorAll(".caliper-result-body details:not([open], [data-menu])");
  opened = [...opened, ...closed];
  for (const details of closed) details.open = true;
  /** @type {NodeListOf<HTMLImageElement>} */
  const pictures = document.querySelectorAll(".caliper-result-body img");
  for (const picture of pictures) picture.loading = "eager";
  return Promise.allSettled([...pictures].map((picture) => picture.decode()));
}

addEventListener("beforeprint", openAll);
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
  opened = [];
});

/** @type {HTMLButtonElement} */
const printing = document.querySelector("[data-print]");
if (printing) {
  printing.hidden = false;
  printing.addEventListener("click", async () => {
    printing.disabled = true;
    await openAll();
    printing.disabled = false;
    printing.dataset.print = "ready";
    print();
  });
}

/** @type {HTMLElement} */
const result = document.querySelector(".caliper-result");
if (result) result.dataset.ready = "true";
