// Small comforts: ticking many rows, copying a number, colours and density at once.
import { all, announce, enhance, on } from "./dom.js";
import { post } from "./net.js";

/** @type {HTMLInputElement | null} */
let lastTicked = null;

enhance((root) => {
  for (const form of all(root, "form[data-bulk]")) count(form);
  if (root instanceof Element && root.closest("form[data-bulk]")) count(root.closest("form[data-bulk]"));
});

on("change", "[data-check-all]", (_, target) => {
  const form = target.closest("form");
  for (const box of ticks(form)) box.checked = /** @type {HTMLInputElement} */ (target).checked;
  count(form);
});

on("click", "form[data-bulk] td.is-tick input", (event, target) => {
  const box = /** @type {HTMLInputElement} */ (target);
  const boxes = ticks(box.form);
  if (/** @type {MouseEvent} */ (event).shiftKey && lastTicked) {
    const [from, to] = [boxes.indexOf(lastTicked), boxes.indexOf(box)].sort((a, b) => a - b);
    if (from >= 0) for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
  }
  lastTicked = box;
  count(box.form);
});

on("click", "[data-bulk-clear]", (_, button) => {
  const form = button.closest("form");
  for (const box of ticks(form)) box.checked = false;
  count(form);
  ticks(form)[0]?.focus();
});

/** @param {Element | null} form */
function ticks(form) {
  return /** @type {HTMLInputElement[]} */ (form ? all(form, "td.is-tick input[type=checkbox]") : []);
}

/** @param {Element | null} form */
function count(form) {
  if (!form) return;
  const boxes = ticks(form);
  const ticked = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.closest("tr")?.classList.toggle("is-ticked", box.checked);
  for (const bar of all(form, "[data-bulk-bar]")) bar.hidden = ticked === 0;
  for (const words of all(form, "[data-bulk-count]")) {
    const said = (words.getAttribute("data-bulk-count") || "").replace("{n}", String(ticked));
    if (words.textContent !== said) words.textContent = said;
  }
  const head = /** @type {HTMLInputElement | null} */ (form.querySelector("[data-check-all]"));
  if (head) {
    head.checked = ticked > 0 && ticked === boxes.length;
    head.indeterminate = ticked > 0 && ticked < boxes.length;
  }
}

on("click", "[data-copy]", async (_, button) => {
  await copy(button.dataset.copy || "");
  const label = button.lastChild;
  const old = label?.textContent || "";
  const done = button.dataset.done || "";
  announce(done);
  if (!label || old === done) return;
  label.textContent = done;
  setTimeout(() => { label.textContent = old; }, 1500);
});

/** @param {string} text */
async function copy(text) {
  // The clipboard is there only on https and on this machine; bureaus also run on plain http.
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = document.body.appendChild(document.createElement("textarea"));
  box.className = "hidden-text";
  box.value = text;
  box.select();
  document.execCommand("copy");
  box.remove();
}

on("submit", "form[data-look]", (event, target) => {
  const form = /** @type {HTMLFormElement} */ (target);
  const by = /** @type {SubmitEvent} */ (event).submitter;
  if (!(by instanceof HTMLButtonElement)) return;
  event.preventDefault();
  document.documentElement.setAttribute(`data-${by.name}`, by.value);
  if (by.name === "theme") {
    const scheme = by.value === "system" ? "light dark" : by.value;
    document.querySelector("meta[name=color-scheme]")?.setAttribute("content", scheme);
  }
  for (const button of all(form, `button[name="${by.name}"]`)) {
    button.setAttribute("aria-pressed", String(button === by));
  }
  const data = new FormData(form);
  data.append(by.name, by.value);
  // The server remembers it; when it cannot be reached, the choice holds for this page.
  post(form.action, new URLSearchParams(/** @type {any} */ (data))).catch(() => {});
});
