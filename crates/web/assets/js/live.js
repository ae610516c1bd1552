// The count beside the to-do list, as it changes. A window that nobody sees listens to nothing: a
// browser has few connections to one server, and a stream holds one.
import { all } from "./dom.js";
import { stream } from "./net.js";

/** @type {EventSource | null} */
let source = null;

function listen() {
  const badges = all(document, "[data-waits]");
  if (!badges.length || document.hidden) {
    source?.close();
    source = null;
  } else if (!source || source.readyState === EventSource.CLOSED) {
    source = stream("/todo/live");
    source.addEventListener("counts", (event) => show(/** @type {MessageEvent} */ (event).data.split("\n")));
  }
}

/** @param {string[]} counts */
function show([todo = "", overdue = ""]) {
  for (const badge of all(document, "[data-waits]")) {
    const now = badge.dataset.waits === "overdue" ? overdue : todo;
    badge.textContent = now;
    badge.hidden = now === "";
  }
}

document.addEventListener("visibilitychange", listen);
window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", listen);
