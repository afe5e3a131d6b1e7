// Why values are missing: kept in one hidden input of each record.

import { told } from "./told.js";
import { box } from "./place.js";

export const reasonsOf = (prefix) => JSON.parse(box(prefix, "missing_reasons")?.value || "{}");

export const setReason = (prefix, variable, reason) => {
  const reasons = reasonsOf(prefix);
  if (reason) reasons[variable] = reason;
  else delete reasons[variable];
  box(prefix, "missing_reasons").value = JSON.stringify(reasons);
};

export const maySayWhy = ({ prefix, variable, about }) =>
  (told.may_say_why[about.entity] || []).includes(variable) && box(prefix, "missing_reasons");
