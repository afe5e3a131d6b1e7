// The theme is chosen once: this reads and writes what Unfold's own switch keeps.
(() => {
  const key = "adminTheme";
  const chosen = () => (localStorage.getItem(key) || '"auto"').replaceAll('"', "");
  const isDark = () =>
    chosen() === "dark" || (chosen() === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  const show = () => document.documentElement.classList.toggle("dark", isDark());
  show();
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element && target.closest("[data-theme-switch]"))) return;
    localStorage.setItem(key, isDark() ? '"light"' : '"dark"');
    show();
  });
})();
