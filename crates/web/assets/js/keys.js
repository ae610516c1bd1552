// Single keys for desk staff. The page says which: `data-key="c"`, `data-key="g t"`, `data-key="/"`.
import { all, on, visible } from "./dom.js";

const SEQUENCE_MS = 1200;

let before = "";
let beforeAt = 0;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    if (press("/")) event.preventDefault();
    return;
  }
  if (document.documentElement.dataset.keys === "off") return;
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (writes(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const sequence = before && event.timeStamp - beforeAt < SEQUENCE_MS ? `${before} ${key}` : "";
  before = key;
  beforeAt = event.timeStamp;
  if ((sequence && press(sequence)) || press(key) || act(key)) {
    before = "";
    event.preventDefault();
  }
});

/** @param {EventTarget | null} target */
function writes(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

/**
 * @param {string} key
 * @returns {boolean}
 */
function press(key) {
  const target = all(document, "[data-key]").find((e) => e.getAttribute("data-key") === key && visible(e));
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) {
    target.focus();
    target.select();
  } else if (target instanceof HTMLAnchorElement && target.dataset.lands) {
    // The focus falls on the button that does it, so that Enter is the next key.
    location.assign(`${target.href}#${target.dataset.lands}`);
  } else target.click();
  return true;
}

/**
 * @param {string} key
 * @returns {boolean}
 */
function act(key) {
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  if (key === "x") {
    const box = document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]");
    if (box instanceof HTMLElement) box.click();
    return Boolean(box);
  }
  return key === "?" && help();
}

/** @param {number} by */
function step(by) {
  const links = /** @type {HTMLElement[]} */ (all(document, "[data-rows] [data-open]").filter(visible));
  if (!links.length) return false;
  const row = document.activeElement?.closest("tr");
  const at = links.findIndex((link) => row && row.contains(link));
  const next = at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + by));
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
  return true;
}

function help() {
  const dialog = document.getElementById("keys");
  if (!(dialog instanceof HTMLDialogElement)) return false;
  const list = dialog.querySelector("dl");
  for (const old of all(dialog, "[data-own]")) old.remove();
  const said = new Set();
  for (const element of all(document, "[data-key]")) {
    const key = element.getAttribute("data-key") || "";
    if (said.has(key) || !visible(element)) continue;
    said.add(key);
    const line = document.createElement("div");
    line.dataset.own = "";
    const dt = line.appendChild(document.createElement("dt"));
    for (const one of key.split(" ")) dt.appendChild(document.createElement("kbd")).textContent = one.toUpperCase();
    const label = element.getAttribute("aria-label") || (element.querySelector("span:not(.count)") || element.firstChild)?.textContent;
    line.appendChild(document.createElement("dd")).textContent = (label || "").trim();
    list?.appendChild(line);
  }
  dialog.showModal();
  return true;
}

// An open menu closes when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of all(document, "details.menu[open], details.fold[open]")) {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.removeAttribute("open");
  }
});
on("keydown", "details.menu[open], details.fold[open]", (event, menu) => {
  if (/** @type {KeyboardEvent} */ (event).key !== "Escape") return;
  menu.removeAttribute("open");
  menu.querySelector("summary")?.focus();
});
