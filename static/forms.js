// The record forms: tabs by keyboard, the first error in sight, why a value is missing, and what stands beside each field.
(() => {
  const told = JSON.parse(document.getElementById("caliper-fields")?.textContent || "null");
  if (!told) return;
  const form = document.querySelector("#content form[id$=_form]");
  const TOOLS = "caliper-tools";
  const element = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  // Tabs: one stop of the Tab key; arrow keys, Home and End move over them, Enter opens.
  const tabs = () => [...document.querySelectorAll("#tabs-items [role=tab]")];
  const activeTab = () => tabs().find((tab) => tab.getAttribute("aria-selected") === "true") || tabs()[0];
  const oneStop = () => tabs().forEach((tab) => { tab.tabIndex = tab === activeTab() ? 0 : -1; });
  const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const moveOverTabs = (event) => {
    const all = tabs();
    const place = all.indexOf(event.target.closest("[role=tab]"));
    if (place < 0) return;
    const to = event.key in MOVES ? (place + MOVES[event.key] + all.length) % all.length : { Home: 0, End: all.length - 1 }[event.key];
    if (event.key === " ") { event.preventDefault(); event.target.click(); }
    if (to === undefined) return;
    event.preventDefault();
    all.forEach((tab, index) => { tab.tabIndex = index === to ? 0 : -1; });
    all[to].focus();
  };
  const panelOf = (tab) => document.getElementById(`${tab.dataset.tab}-group`);
  const setUpTabs = () => {
    for (const tab of tabs()) {
      tab.id = `tab-${tab.dataset.tab}`;
      const panel = panelOf(tab);
      if (!panel) continue;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      tab.setAttribute("aria-controls", panel.id);
    }
    const nav = document.getElementById("tabs-items");
    if (!nav) return;
    nav.addEventListener("keydown", moveOverTabs);
    new MutationObserver(oneStop).observe(nav, { subtree: true, attributeFilter: ["aria-selected"] });
    oneStop();
  };

  // After a refusal the first faulty tab is open and the first faulty field has the focus.
  const showFirstError = () => {
    const conflict = document.getElementById("conflict");
    const faulty = conflict || form.querySelector("[aria-invalid=true], ul.errorlist li, .caliper-note-error");
    if (!faulty) return;
    const panel = faulty.closest("[id$=-group]");
    const tab = tabs().find((each) => panel && each.dataset.tab === panel.id.replace(/-group$/, "")) || tabs()[0];
    if (tab && !conflict) tab.click();
    faulty.closest("details")?.setAttribute("open", "");
    setTimeout(() => {
      const field = faulty.matches("input, select, textarea, section") ? faulty : faulty.parentElement.closest(".caliper-cell, .form-row, td")?.querySelector("input, select, textarea");
      (field || faulty).focus();
      (field || faulty).scrollIntoView({ block: "center" });
    }, 0);
  };

  // Which record and variable an input belongs to.
  const whereIs = (input) => {
    const name = input.name || "";
    const match = name.match(/^(.*_set-\d+)-(.+)$/);
    const prefix = match ? match[1] : "";
    const about = told.forms[prefix] || { entity: prefix.replace(/_set-\d+$/, ""), id: null, queries: {}, verified: [], behind: {} };
    return { prefix, variable: match ? match[2] : name, about };
  };
  const box = (prefix, name) => form.elements[prefix ? `${prefix}-${name}` : name];
  const reasonsOf = (prefix) => JSON.parse(box(prefix, "missing_reasons")?.value || "{}");
  const setReason = (prefix, variable, reason) => {
    const reasons = reasonsOf(prefix);
    if (reason) reasons[variable] = reason;
    else delete reasons[variable];
    box(prefix, "missing_reasons").value = JSON.stringify(reasons);
  };
  const cellOf = (input) => input.closest(".caliper-cell, td");
  const maySayWhy = ({ prefix, variable, about }) => (told.may_say_why[about.entity] || []).includes(variable) && box(prefix, "missing_reasons");

  // Tools appear at the field that has the focus or the pointer; Alt+M and Alt+H reach them, so Tab keeps its pace.
  const reasonChoice = (input, where) => {
    const select = element("select", { className: "caliper-why", tabIndex: -1 }, element("option", { value: "", textContent: told.words.why }), ...told.reasons.map(([value, textContent]) => element("option", { value, textContent })));
    select.setAttribute("aria-label", `${told.words.why} ${labelOf(input)}`);
    select.setAttribute("aria-keyshortcuts", "Alt+M");
    select.value = reasonsOf(where.prefix)[where.variable] || "";
    select.addEventListener("change", () => {
      if (select.value) input.value = "";
      setReason(where.prefix, where.variable, select.value);
      mark(input);
    });
    select.addEventListener("keydown", (event) => { if (event.key === "Escape" || event.key === "Enter") { event.preventDefault(); input.focus(); } });
    return select;
  };
  const labelOf = (input) => input.getAttribute("aria-label") || input.labels?.[0]?.textContent.trim() || input.name;
  const fieldButton = (input, where) => {
    const button = element("button", { type: "button", className: "caliper-about", tabIndex: -1, title: told.words.about });
    button.setAttribute("aria-label", `${told.words.about}: ${labelOf(input)}`);
    button.setAttribute("aria-keyshortcuts", "Alt+H");
    button.append(element("span", { className: "material-symbols-outlined", textContent: "history", ariaHidden: "true" }));
    button.addEventListener("click", () => openField(input, where));
    return button;
  };
  const isBlank = (input) => input.type !== "checkbox" && input.value === "";
  const showTools = (input) => {
    const cell = cellOf(input), where = whereIs(input);
    if (!cell || input.type === "hidden" || !input.name || cell.querySelector(`.${TOOLS}`) || input.closest(".caliper-conflict")) return;
    const tools = element("span", { className: TOOLS });
    if (maySayWhy(where) && isBlank(input) && !input.disabled) tools.append(reasonChoice(input, where));
    if (where.about.id && where.variable in knownVariables(where)) tools.append(fieldButton(input, where));
    if (tools.childElementCount) cell.append(tools);
  };
  const knownVariables = (where) => new Proxy({}, { has: (_target, name) => !HIDDEN.has(name) && (name in (where.about.behind || {}) || !name.startsWith("laboratory_")) });
  const HIDDEN = new Set(["row_version", "missing_reasons", "shown_values", "hospital_no", "csrfmiddlewaretoken"]);
  const hideTools = (except) => document.querySelectorAll(`.${TOOLS}`).forEach((tools) => { if (tools.parentElement !== except && !tools.contains(document.activeElement)) tools.remove(); });

  // What stays in sight: why a value is missing, open queries, the tick of a verified value.
  const mark = (input) => {
    const cell = cellOf(input), { prefix, variable, about } = whereIs(input);
    if (!cell) return;
    cell.querySelector(".caliper-marks")?.remove();
    const marks = element("span", { className: "caliper-marks" });
    const reason = box(prefix, "missing_reasons") && reasonsOf(prefix)[variable];
    if (reason) marks.append(element("span", { className: "caliper-mark-missing", textContent: `${told.words.missing}: ${Object.fromEntries(told.reasons)[reason] || reason}` }));
    const asked = about.queries?.[variable];
    if (asked) {
      const balloon = element("button", { type: "button", className: "caliper-mark-query", textContent: `${told.words.queries}: ${asked}` });
      balloon.addEventListener("click", () => openField(input, { prefix, variable, about }));
      marks.append(balloon);
    }
    if (about.verified?.includes(variable)) marks.append(element("span", { className: "caliper-mark-verified", textContent: `✓ ${told.words.verified}` }));
    if (marks.childElementCount) cell.append(marks);
  };
  const markAll = () => {
    for (const [prefix, about] of Object.entries(told.forms)) {
      const names = new Set([...Object.keys(about.queries || {}), ...(about.verified || []), ...Object.keys(box(prefix, "missing_reasons") ? reasonsOf(prefix) : {})]);
      for (const name of names) {
        const found = box(prefix, name);
        const input = found instanceof RadioNodeList ? found[0] : found;
        if (input) mark(input);
      }
    }
  };

  // One field in a panel: history, queries, verification.
  const dialog = element("dialog", { className: "caliper-dialog" });
  const fill = (html) => {
    dialog.innerHTML = html;
    dialog.setAttribute("aria-labelledby", "field-title");
    const close = element("button", { type: "button", className: "caliper-button caliper-button-quiet caliper-button-small", textContent: told.words.close });
    close.addEventListener("click", () => dialog.close());
    dialog.append(close);
  };
  const addressOf = ({ variable, about }) => {
    const [entity, id, name] = about.behind?.[variable] || [about.entity, about.id, variable];
    return told.page.replace("entity/0/variable", `${entity}/${id}/${name}`);
  };
  const openField = async (input, where) => {
    const answer = await fetch(addressOf(where));
    if (!answer.ok) return;
    fill(await answer.text());
    dialog.addEventListener("close", () => input.focus(), { once: true });
    dialog.showModal();
  };
  dialog.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(event.target, event.submitter);
    const answer = await fetch(event.target.action, { method: "POST", body });
    fill(await answer.text());
    dialog.querySelector("button, textarea")?.focus();
  });

  const isField = (target) => target.matches?.("input, select, textarea") && form.contains(target) && !target.closest(`.${TOOLS}`);
  const enter = (event) => {
    if (!isField(event.target)) return;
    hideTools(cellOf(event.target));
    showTools(event.target);
  };
  form.addEventListener("focusin", enter);
  form.addEventListener("pointerover", enter);
  form.addEventListener("input", (event) => {
    if (!isField(event.target) || isBlank(event.target)) return;
    const where = whereIs(event.target);
    if (maySayWhy(where) && reasonsOf(where.prefix)[where.variable]) {
      setReason(where.prefix, where.variable, "");
      mark(event.target);
    }
    cellOf(event.target)?.querySelector(".caliper-why")?.remove();
  });
  const SHORTCUTS = { KeyM: ".caliper-why", KeyH: ".caliper-about" };
  form.addEventListener("keydown", (event) => {
    if (!event.altKey || !(event.code in SHORTCUTS) || !isField(event.target)) return;
    event.preventDefault();
    showTools(event.target);
    const tool = cellOf(event.target)?.querySelector(SHORTCUTS[event.code]);
    if (tool?.matches("button")) tool.click();
    else tool?.focus();
  });
  form.addEventListener("submit", () => { form.elements._tab.value = activeTab()?.dataset.tab || "general"; });

  // What follows from the values as they are typed; asked for when typing pauses, the last answer wins.
  const PAUSE_MS = 500;
  const live = element("section", { className: "caliper-live", hidden: true });
  live.setAttribute("aria-live", "polite");
  live.setAttribute("aria-label", told.words.follows);
  let asked = 0, timer = 0;
  const showBeside = ({ box: name, text, differs }) => {
    const found = form.elements[name];
    const cell = found && cellOf(found instanceof RadioNodeList ? found[0] : found);
    if (!cell) return;
    const note = element("span", { className: `caliper-derived${differs ? " caliper-derived-differs" : ""}`, textContent: `${told.words.derived}: ${text}${differs ? ` – ${told.words.differs}` : ""}` });
    note.setAttribute("role", "status");
    cell.append(note);
  };
  const showSummary = (summary) => {
    const known = summary.filter(({ text }) => text && text !== "–");
    for (const { name, text } of summary) {
      const place = document.querySelector(`.field-${name} .readonly`);
      if (place) place.textContent = text;
    }
    live.hidden = !known.length;
    live.replaceChildren(...known.map(({ label, text }) => element("span", {}, element("b", { textContent: label }), ` ${text}`)));
  };
  const derive = async () => {
    const number = ++asked;
    const answer = await fetch(told.derive + location.search, { method: "POST", body: new FormData(form) }).catch(() => null);
    if (!answer?.ok || number !== asked) return;
    const { beside, summary } = await answer.json();
    form.querySelectorAll(".caliper-derived").forEach((note) => note.remove());
    beside.forEach(showBeside);
    showSummary(summary);
  };
  const deriveSoon = () => { clearTimeout(timer); timer = setTimeout(derive, PAUSE_MS); };
  const canDerive = () => told.forms[""]?.entity === "assessment" || told.forms[""]?.id;
  if (canDerive() && document.getElementById("submit-row")?.querySelector("[name=_save]")) form.addEventListener("change", deriveSoon);

  const start = () => {
    document.body.append(dialog);
    document.getElementById("submit-row")?.before(live);
    setUpTabs();
    markAll();
    showFirstError();
  };
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
})();
