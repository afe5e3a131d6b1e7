// Ctrl+K: any patient, record or page of one's centers, without a mouse. Ctrl+/: the list of keys, in a tab of its own,
// so that nothing typed is left. No single character is a key of its own: who dictates would be led away by a word.
(() => {
  const WAIT_MS = 120;

  const search = (dialog) => {
    const input = dialog.querySelector("input");
    const list = dialog.querySelector("[role=listbox]");
    const said = dialog.querySelector("[data-said]");
    let timer = 0;
    let asked = null;

    const options = () => [...list.querySelectorAll("[role=option]")];
    const chosen = () => list.querySelector("[aria-selected=true]");
    const choose = (option) => {
      options().forEach((other) => other.setAttribute("aria-selected", String(other === option)));
      if (option) option.scrollIntoView({ block: "nearest" });
      if (option) input.setAttribute("aria-activedescendant", option.id);
      else input.removeAttribute("aria-activedescendant");
    };
    const step = (by) => {
      const all = options();
      const place = all.indexOf(chosen());
      if (all.length) choose(all[(place + by + all.length) % all.length]);
    };
    const follow = () => {
      if (chosen()) location.assign(chosen().dataset.url);
    };

    const element = (tag, attributes, ...children) => {
      const made = document.createElement(tag);
      Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
      made.append(...children);
      return made;
    };
    const option = (hit, number) => {
      const made = element(
        "div",
        { role: "option", id: `caliper-hit-${number}`, "aria-selected": "false", "data-url": hit.url },
        element("span", {}, hit.label),
        element("small", {}, hit.detail),
      );
      made.addEventListener("click", () => location.assign(hit.url));
      return made;
    };
    const show = (groups) => {
      let number = 0;
      const boxes = groups.map((group) =>
        element(
          "div",
          { role: "group", "aria-label": group.title },
          element("strong", { "aria-hidden": "true" }, group.title),
          ...group.hits.map((hit) => option(hit, number++)),
        )
      );
      list.replaceChildren(...boxes);
      said.textContent = number ? "" : dialog.dataset.nothing;
      choose(options()[0]);
    };

    // What is shown is the answer to what stands in the box; an earlier question is let go.
    const ask = async () => {
      if (asked) asked.abort();
      asked = new AbortController();
      const words = input.value;
      try {
        const answer = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(words)}`, { signal: asked.signal });
        if (answer.redirected) return location.reload(); // signed out meanwhile
        if (!answer.ok) throw new Error(`answered ${answer.status}`);
        show((await answer.json()).groups);
        list.dataset.answers = words;
      } catch (error) {
        if (error.name !== "AbortError") said.textContent = dialog.dataset.unreachable;
      }
    };
    const enter = async () => {
      clearTimeout(timer);
      if (list.dataset.answers !== input.value) await ask();
      if (list.dataset.answers === input.value) follow();
    };
    const open = () => {
      if (dialog.open) return;
      dialog.showModal();
      input.select();
      ask();
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT_MS);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const acts = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: enter };
      if (!acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
    document.addEventListener("keydown", (event) => {
      // On some keyboards / needs Shift.
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key !== "/") return;
      event.preventDefault();
      globalThis.open(dialog.dataset.keysUrl, "_blank", "noopener");
    });
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") {
        return;
      }
      event.preventDefault();
      open();
    });
    document.querySelectorAll("[data-search-open]").forEach((button) => button.addEventListener("click", open));
    dialog.dataset.ready = "true";
  };

  addEventListener("DOMContentLoaded", () => document.querySelectorAll(".caliper-search").forEach(search));
})();
