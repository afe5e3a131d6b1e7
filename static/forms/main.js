// The record forms: tabs by keyboard, the first error in sight, why a value is missing, and what is beside each field.

import { setUpDates } from "./dates.js";
import { followValues, setUpSummary } from "./derived.js";
import { setUpDrafts } from "./drafts.js";
import { setUpKeys } from "./keys.js";
import { setUpFolds } from "./folds.js";
import { setUpCopies } from "./copies.js";
import { markAll } from "./marks.js";
import { setUpPanel } from "./panel.js";
import { setUpPickers } from "./pickers.js";
import { setUpPrintout } from "./printout.js";
import { setUpReason } from "./reason.js";
import { showFirstError } from "./refusal.js";
import { goBack, setUpReturn } from "./return.js";
import { setUpRows } from "./rows.js";
import { activeTab, beginTyping, setUpTabs } from "./tabs.js";
import { form, told } from "./told.js";
import { setUpTools } from "./tools.js";

const rememberTab = () => {
  form.elements["_tab"].value = activeTab()?.dataset.tab || "general";
};

const start = () => {
  setUpPanel();
  setUpSummary();
  setUpTabs();
  setUpRows();
  setUpFolds();
  setUpPrintout();
  setUpCopies();
  markAll();
  setUpDates();
  setUpDrafts();
  if (!showFirstError() && !goBack() && told.is_new) beginTyping();
  form.dataset.ready = "true";
};

if (told) {
  setUpTools();
  setUpPickers();
  setUpKeys();
  setUpReturn();
  setUpReason();
  form.addEventListener("submit", rememberTab);
  followValues();
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
}
