// Cures of the record forms, and the progress of long work.
(() => {
  const FIELD = "input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea:not([disabled])";
  const firstField = (box) => [...box.querySelectorAll(FIELD)].find((field) => field.offsetParent !== null);

  // "Add another" leaves the focus on its link; the person wants to type into the new row.
  document.addEventListener("formset:added", (event) => {
    const field = firstField(event.target);
    if (field) field.focus();
  });

  // Tabs of field sets are links without address: no key reaches them.
  const makeReachable = (tab) => {
    tab.setAttribute("role", "button");
    tab.tabIndex = 0;
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      tab.click();
    });
  };
  const reachTabs = () => document.querySelectorAll("[x-data*=activeFieldsetTab] nav a:not([href])").forEach(makeReachable);

  const follow = async (box) => {
    const answer = await fetch(box.dataset.jobUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const job = await answer.json();
    box.querySelector("[data-state]").textContent = job.state_label;
    box.querySelector("[data-message]").textContent = job.message;
    const bar = box.querySelector("[role=progressbar]");
    bar.setAttribute("aria-valuenow", job.percent);
    bar.firstElementChild.style.width = `${job.percent}%`;
    if (!job.is_over) {
      setTimeout(() => follow(box), 800);
      return;
    }
    box.querySelector("[data-cancel]").hidden = true;
    if (!job.result_url || job.state !== "DONE") return;
    const isHere = new URL(job.result_url, location.href).pathname === location.pathname;
    isHere ? location.reload() : location.assign(job.result_url);
  };
  const cancel = (box) => {
    const token = box.querySelector("[name=csrfmiddlewaretoken]").value;
    fetch(box.dataset.cancelUrl, { method: "POST", headers: { "X-CSRFToken": token } });
  };
  const watch = (box) => {
    box.querySelector("[data-cancel]").addEventListener("click", () => cancel(box));
    if (box.dataset.isOver === "false") follow(box);
  };

  // Unfold writes the name of a chosen file into the nearest text box, which on our pages is none or a wrong one.
  const leaveFilesAlone = () => {
    document.querySelectorAll(".caliper-page input[type=file]").forEach((input) => { input.hasChangeListener = true; });
  };

  addEventListener("DOMContentLoaded", () => {
    reachTabs();
    leaveFilesAlone();
    document.querySelectorAll(".caliper-progress").forEach(watch);
  });
})();
