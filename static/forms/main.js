// The record forms: tabs by keyboard, the first error in sight, why a value is missing, and what is beside each field.

import { followValues, setUpSummary } from "./derived.js";
import { markAll } from "./marks.js";
import { setUpPanel } from "./panel.js";
import { showFirstError } from "./refusal.js";
import { activeTab, setUpTabs } from "./tabs.js";
import { form, told } from "./told.js";
import { setUpTools } from "./tools.js";

const rememberTab = () => {
  form.elements["_tab"].value = activeTab()?.dataset.tab || "general";
};

const start = () => {
  setUpPanel();
  setUpSummary();
  setUpTabs();
  markAll();
  showFirstError();
};

if (told) {
  setUpTools();
  form.addEventListener("submit", rememberTab);
  followValues();
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
}
