// The end of a session: announced before it comes, and signed in again over the page, which stays as it is.

import { askAgain, warn } from "./dialog.js";

const told = document.getElementById("caliper-session")?.dataset;
const WARNING_SECONDS = 180;
const offset = told ? Number(told.now) - Date.now() / 1000 : 0; // of the server's clock

/** The seconds until the session ends, as the server told all pages of this browser in a cookie; NaN where none did. */
const secondsLeft = () => {
  const [, until] = document.cookie.match(/(?:^|; )idle_until=(\d+)/) || [];
  return Math.floor(Number(until ?? NaN) - (Date.now() / 1000 + offset));
};

const look = () => {
  const left = secondsLeft();
  if (left <= 0) askAgain(told);
  else warn(told, left <= WARNING_SECONDS ? left : null);
};

if (told) {
  look();
  setInterval(look, 1000);
  addEventListener("caliper:signed-out", () => askAgain(told));
  document.documentElement.dataset.sessionWatched = "true";
}
