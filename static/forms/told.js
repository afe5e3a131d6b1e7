// What the server tells of this page, and the form that it tells it of.

/** @type {any} */
export const told = JSON.parse(document.getElementById("caliper-fields")?.textContent || "null");

/** @type {HTMLFormElement} */
export const form = document.querySelector("#content form[id$=_form]");
