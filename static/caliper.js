// Cures of the record forms, and the progress of long work.
(() => {
  const FIELD = "input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea:not([disabled])";
  const firstField = (box) => [...box.querySelectorAll(FIELD)].find((field) => field.offsetParent !== null);

  // "Add another" leaves the focus on its link; the person wants to type into the new row.
  document.addEventListener("formset:added", (event) => {
    const field = firstField(event.target);
    if (field) field.focus();
  });

  // On a phone the parts of a record are one line to be moved: the part one is in, in sight.
  addEventListener("load", () => {
    /** @type {HTMLElement} */
    const parts = document.querySelector(".caliper-parts");
    /** @type {HTMLElement} */
    const here = parts?.querySelector(".active");
    if (here) parts.scrollLeft = here.offsetLeft - parts.offsetLeft - (parts.clientWidth - here.offsetWidth) / 2;
  });

  const POLL_MS = 800;
  const MOST_FAILED_POLLS = 5;
  const poll = async (box) => {
    const answer = await fetch(box.dataset.jobUrl, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(15000),
    });
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    return answer.json();
  };
  const show = (box, job) => {
    box.querySelector("[data-state]").textContent = job.state_label;
    box.querySelector("[data-message]").textContent = job.message;
    const bar = box.querySelector("[role=progressbar]");
    bar.setAttribute("aria-valuenow", job.percent);
    bar.firstElementChild.style.width = `${job.percent}%`;
  };
  // Canceled and failed work leaves no result, but its page has other words and buttons than while it ran.
  const finish = (box, job) => {
    box.querySelector("[data-cancel]").hidden = true;
    const result = job.state === "DONE" && job.result_url ? new URL(job.result_url, location.href) : location;
    if (result.pathname === location.pathname) location.reload();
    else location.assign(result.href);
  };
  const follow = async (box, failed = 0) => {
    let job;
    try {
      job = await poll(box);
    } catch {
      // A restart of the server or a short loss of the network ends by itself: wait longer each time.
      if (failed < MOST_FAILED_POLLS) setTimeout(() => follow(box, failed + 1), POLL_MS * 2 ** failed);
      else box.querySelector("[data-message]").textContent = box.dataset.lostMessage;
      return;
    }
    show(box, job);
    if (job.is_over) finish(box, job);
    else setTimeout(() => follow(box), POLL_MS);
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
    document.querySelectorAll(".caliper-page input[type=file]").forEach((input) => {
      Object.assign(input, { hasChangeListener: true });
    });
  };

  // The box for a file shows which one was chosen, and that a file held over it may be let go.
  const megabytes = (file) => `${file.name} (${(file.size / 1024 / 1024).toFixed(1)} MB)`;
  const showChosen = (zone) => {
    const input = zone.querySelector("input[type=file]"), said = zone.querySelector("[data-chosen]");
    const invitation = said.textContent;
    const over = (is) => () => zone.classList.toggle("caliper-over", is);
    input.addEventListener("change", () => {
      said.textContent = input.files.length ? megabytes(input.files[0]) : invitation;
    });
    ["dragenter", "dragover"].forEach((name) => input.addEventListener(name, over(true)));
    ["dragleave", "drop"].forEach((name) => input.addEventListener(name, over(false)));
  };

  // The scroll box names itself in English unless it is told a name before it is made; it may have been.
  const nameScrollBoxes = () => {
    document.querySelectorAll("[data-simplebar]").forEach((box) => {
      box.setAttribute("data-simplebar-aria-label", document.title);
    });
    document.querySelectorAll(".simplebar-content-wrapper").forEach((box) =>
      box.setAttribute("aria-label", document.title)
    );
  };

  addEventListener("load", nameScrollBoxes);
  addEventListener("DOMContentLoaded", () => {
    nameScrollBoxes();
    leaveFilesAlone();
    document.querySelectorAll(".caliper-drop-zone").forEach(showChosen);
    document.querySelectorAll(".caliper-progress").forEach(watch);
  });

  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-print]")) print();
  });
})();
