// Offers rows under the search box and under lookups. The box stays a plain text box without it.
import { all, announce, enhance, fill, later, on, ownUrl } from "./dom.js";
import { post } from "./net.js";

const WAIT_MS = 120;

/** @type {WeakMap<HTMLInputElement, AbortController>} */
const asking = new WeakMap();
let serial = 0;

enhance((root) => {
  for (const input of all(root, "input[data-suggest]")) {
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
  }
});

const askLater = later(WAIT_MS, (/** @type {HTMLInputElement} */ input) => ask(input, ""));

on("input", "input[data-suggest]", (_, target) => {
  const input = /** @type {HTMLInputElement} */ (target);
  if (input.value.trim()) askLater(input);
  else if (isLookup(input)) ask(input, "");
  else close(input);
});

// An empty lookup shows at once what there is to choose from: the provinces, the first records.
on("focusin", "input[data-lookup]", (_, target) => {
  const input = /** @type {HTMLInputElement} */ (target);
  if (!input.value) ask(input, "");
});

on("focusout", "input[data-suggest]", (_, target) => close(/** @type {HTMLInputElement} */ (target)));

on("keydown", "input[data-suggest]", (event, target) => {
  const input = /** @type {HTMLInputElement} */ (target);
  const list = listOf(input);
  const key = /** @type {KeyboardEvent} */ (event);
  if (!list || key.isComposing) return;
  if (key.key === "ArrowDown" && list.hidden) {
    ask(input, "");
    event.preventDefault();
  } else if (list.hidden) return;
  else if (key.key === "ArrowDown" || key.key === "ArrowUp") {
    move(input, list, key.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
  } else if (key.key === "Escape") {
    close(input);
    event.preventDefault();
  } else if (key.key === "Enter") {
    const row = chosen(list);
    if (row) {
      choose(input, row);
      event.preventDefault();
    }
  } else if (key.key === "Tab") close(input);
});

// The press must not take the focus from the box, so the choice is made on mousedown.
on("mousedown", ".suggest", (event) => event.preventDefault());
on("click", ".suggest [role=option]", (_, target) => {
  const list = target.closest("[role=listbox]");
  const input = list && document.querySelector(`input[aria-controls="${list.id}"]`);
  if (input instanceof HTMLInputElement) choose(input, target);
});

/**
 * @param {HTMLInputElement} input
 * @param {string} under
 */
async function ask(input, under) {
  const list = listOf(input);
  const url = ownUrl(input.dataset.suggest || "");
  if (!list || !url) return;
  asking.get(input)?.abort();
  const mine = new AbortController();
  asking.set(input, mine);
  // Posted: what is typed may name a person and must stand in no address and no log.
  const typed = under ? { under } : { q: input.value.trim() };
  const body = new URLSearchParams({ part: "box", _csrf: token(input), ...typed });
  try {
    const answer = await post(url.href, body, mine.signal);
    if (!answer.ok) return close(input);
    const html = await answer.text();
    if (mine.signal.aborted || document.activeElement !== input) return;
    fill(list, html);
    const rows = all(list, "[role=option]");
    for (const row of rows) row.id = `option-${++serial}`;
    list.hidden = rows.length === 0;
    input.setAttribute("aria-expanded", String(rows.length > 0));
    input.removeAttribute("aria-activedescendant");
    announce(String(rows.length));
  } catch (error) {
    if (!mine.signal.aborted) close(input);
  }
}

/**
 * The form token: of the form at hand, or of the search box.
 * @param {HTMLInputElement} input
 */
function token(input) {
  const own = input.form?.elements.namedItem("_csrf");
  if (own instanceof HTMLInputElement) return own.value;
  return document.querySelector("form[data-csrf]")?.getAttribute("data-csrf") || "";
}

/**
 * @param {HTMLInputElement} input
 * @param {HTMLElement} row
 */
function choose(input, row) {
  if (row.getAttribute("aria-disabled") === "true") return;
  const { href, id, under, shown } = row.dataset;
  if (href) {
    const url = ownUrl(href);
    if (url) location.assign(url.href);
    return;
  }
  if (id !== undefined) {
    input.value = shown || "";
    set(input, ".id", id);
    set(input, ".was", input.value);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  if (under) ask(input, under);
  else close(input);
}

/**
 * @param {HTMLInputElement} input
 * @param {string} suffix
 * @param {string} value
 */
function set(input, suffix, value) {
  const hidden = input.form?.elements.namedItem(input.name + suffix);
  if (hidden instanceof HTMLInputElement) hidden.value = value;
}

/**
 * @param {HTMLInputElement} input
 * @param {HTMLElement} list
 * @param {number} by
 */
function move(input, list, by) {
  const rows = all(list, "[role=option]");
  const old = chosen(list);
  const at = old ? rows.indexOf(old) + by : by > 0 ? 0 : rows.length - 1;
  const row = rows[(at + rows.length) % rows.length];
  old?.setAttribute("aria-selected", "false");
  row.setAttribute("aria-selected", "true");
  row.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", row.id);
}

/** @param {HTMLElement} list */
function chosen(list) {
  return /** @type {HTMLElement | null} */ (list.querySelector("[aria-selected=true]"));
}

/** @param {HTMLInputElement} input */
function close(input) {
  asking.get(input)?.abort();
  const list = listOf(input);
  if (list) list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

/** @param {HTMLInputElement} input */
function listOf(input) {
  return document.getElementById(input.getAttribute("aria-controls") || "");
}

/** @param {HTMLInputElement} input */
function isLookup(input) {
  return input.hasAttribute("data-lookup");
}
