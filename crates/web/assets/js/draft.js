// What was typed is kept in this tab until the server has accepted it, and offered back.
// Never passwords, never fields marked `data-secret`, never files.
import { all, enhance, later, on } from "./dom.js";
import { addRow } from "./rows.js";

const PREFIX = "draft:";
const OWNER = "draft-owner";

/** @typedef {[string, string][]} Typed */

/** @returns {Storage | null} */
function store() {
  try {
    return window.sessionStorage;
  } catch (error) {
    return null;
  }
}

const drafts = store();

// Another person at the same screen must not see what the one before typed.
const person = document.documentElement.dataset.person;
if (drafts && person) {
  if (drafts.getItem(OWNER) && drafts.getItem(OWNER) !== person) forgetAll();
  drafts.setItem(OWNER, person);
}
for (const meta of all(document, "meta[name=draft-done]")) {
  drafts?.removeItem(PREFIX + meta.getAttribute("content"));
}
on("submit", "form[data-sign-out]", forgetAll);

function forgetAll() {
  if (!drafts) return;
  for (const key of Object.keys(drafts)) if (key.startsWith(PREFIX)) drafts.removeItem(key);
}

enhance((root) => {
  for (const form of all(root, "form[data-draft]")) offer(/** @type {HTMLFormElement} */ (form));
});

const keepSoon = later(250, keep);
for (const type of /** @type {const} */ (["input", "change"])) {
  on(type, "form[data-draft]", (_, form) => keepSoon(/** @type {HTMLFormElement} */ (form)));
}
on("submit", "form[data-draft]", (_, form) => keep(/** @type {HTMLFormElement} */ (form)), true);

/** @param {HTMLFormElement} form */
function keep(form) {
  // While an offer is open, the older draft is not overwritten by the first letter typed.
  if (!drafts || !form.isConnected || offerOf(form)?.hidden === false) return;
  try {
    drafts.setItem(keyOf(form), JSON.stringify(typedIn(form)));
  } catch (error) {
    // The store is full: typing goes on without a draft.
  }
}

/** @param {HTMLFormElement} form */
function offer(form) {
  const kept = drafts?.getItem(keyOf(form));
  const box = offerOf(form);
  // Where two people's changes are shown side by side, what was typed is there already.
  if (kept && box && !form.querySelector(".conflict") && kept !== JSON.stringify(typedIn(form))) box.hidden = false;
}

on("click", "[data-draft-drop]", (_, button) => {
  const form = /** @type {HTMLFormElement | null} */ (button.closest("form"));
  if (!form) return;
  drafts?.removeItem(keyOf(form));
  hideOffer(form);
});

on("click", "[data-draft-restore]", (_, button) => {
  const form = /** @type {HTMLFormElement | null} */ (button.closest("form"));
  const kept = form && drafts?.getItem(keyOf(form));
  if (!form || !kept) return;
  restore(form, JSON.parse(kept));
  hideOffer(form);
});

/**
 * @param {HTMLFormElement} form
 * @param {Typed} typed
 */
function restore(form, typed) {
  for (const [name] of typed) {
    const found = /^(.+)\[\d+\]/.exec(name);
    if (!found) continue;
    const group = all(form, "[data-rows-of]").find((g) => g.dataset.rowsOf === found[1]) || null;
    for (let more = 0; more < 200 && !form.elements.namedItem(name); more += 1) if (!addRow(group)) break;
  }
  const values = new Map();
  for (const [name, value] of typed) values.set(name, [...(values.get(name) || []), value]);
  for (const box of boxes(form)) {
    const list = values.get(box.name) || [];
    if (box instanceof HTMLInputElement && (box.type === "checkbox" || box.type === "radio")) {
      box.checked = list.includes(box.value);
    } else if (list.length) box.value = list[0];
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * @param {HTMLFormElement} form
 * @returns {Typed}
 */
function typedIn(form) {
  /** @type {Typed} */
  const typed = [];
  for (const box of boxes(form)) {
    const ticked = !(box instanceof HTMLInputElement) || (box.type !== "checkbox" && box.type !== "radio") || box.checked;
    if (ticked) typed.push([box.name, box.value]);
  }
  return typed;
}

/** @param {HTMLFormElement} form */
function boxes(form) {
  const kinds = "input[name], select[name], textarea[name]";
  return /** @type {(HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement)[]} */ (all(form, kinds)).filter((box) => {
    if (box.hasAttribute("data-secret") || box.name.startsWith("_")) return false;
    if (box.type === "hidden") return /\.(id|was)$/.test(box.name) && !form.querySelector(`[data-secret][name="${CSS.escape(box.name.replace(/\.(id|was)$/, ""))}"]`);
    return !["password", "file", "submit", "button"].includes(box.type);
  });
}

/** @param {HTMLFormElement} form */
function keyOf(form) {
  return PREFIX + form.dataset.draft;
}

/** @param {HTMLFormElement} form */
function offerOf(form) {
  return /** @type {HTMLElement | null} */ (form.querySelector("[data-draft-offer]"));
}

/** @param {HTMLFormElement} form */
function hideOffer(form) {
  const box = offerOf(form);
  if (box) box.hidden = true;
}
