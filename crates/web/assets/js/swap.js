// Replaces one region of the page by the same region of the answer; without it the browser navigates.
import { announce, enhance, on, ownUrl, parse, refresh } from "./dom.js";
import { read } from "./net.js";

/** @type {AbortController | null} */
let running = null;

on("click", "a[data-swap]", (event, link) => {
  const mouse = /** @type {MouseEvent} */ (event);
  if (event.defaultPrevented || mouse.button || mouse.metaKey || mouse.ctrlKey || mouse.shiftKey || mouse.altKey) return;
  const url = ownUrl(/** @type {HTMLAnchorElement} */ (link).href);
  if (!url) return;
  event.preventDefault();
  load(url.href, region(link), "push");
});

on("submit", "form[data-swap]", (event, target) => {
  const form = /** @type {HTMLFormElement} */ (target);
  if (event.defaultPrevented || form.method !== "get") return;
  const url = ownUrl(form.action);
  if (!url) return;
  event.preventDefault();
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== "") query.append(name, String(value));
  const by = /** @type {SubmitEvent} */ (event).submitter;
  if (by instanceof HTMLButtonElement && by.name) query.append(by.name, by.value);
  url.search = query.toString();
  load(url.href, region(form), "push");
});

window.addEventListener("popstate", (event) => {
  if (event.state && event.state.swap) load(location.href, event.state.swap, "keep");
});

/** @param {Element} element */
function region(element) {
  return element.getAttribute("data-swap") || "main";
}

/**
 * @param {string} href
 * @param {string} id
 * @param {"push" | "keep"} history
 */
async function load(href, id, history) {
  if (running) running.abort();
  const mine = running = new AbortController();
  const target = document.getElementById(id);
  if (target) target.classList.add("is-waiting-for-answer");
  try {
    const answer = await read(href, id, mine.signal);
    const html = await answer.text();
    if (mine.signal.aborted) return;
    if (!answer.ok || !apply(html, answer.url, id, history)) location.assign(href);
  } catch (error) {
    if (!mine.signal.aborted) location.assign(href);
  }
}

/**
 * Puts the region of an answer in its place. Says whether it could.
 * @param {string} html
 * @param {string} url
 * @param {string} id
 * @param {"push" | "keep"} history
 * @returns {boolean}
 */
export function apply(html, url, id, history) {
  const old = document.getElementById(id);
  const page = parse(html);
  const fresh = page.getElementById(id);
  if (!old || !fresh) return false;
  if (history === "push") {
    if (!window.history.state) window.history.replaceState({ swap: id }, "");
    window.history.pushState({ swap: id }, "", url);
  }
  if (page.title) document.title = page.title;
  replace(old, fresh);
  const summary = document.querySelector(".error-summary");
  if (summary instanceof HTMLElement) summary.focus();
  else announce(wordsOf(document.getElementById(id)));
  return true;
}

/**
 * Replaces a node, keeping the focus where it was when the same element is there again.
 * @param {Element} old
 * @param {Element} fresh
 */
export function replace(old, fresh) {
  const active = document.activeElement;
  const within = active instanceof HTMLElement && old.contains(active) ? active : null;
  const opened = Array.from(old.querySelectorAll("details[open][id]"), (d) => d.id);
  const node = document.importNode(fresh, true);
  old.replaceWith(node);
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  if (within) {
    const again = within.id ? document.getElementById(within.id) : twin(node, within);
    if (again) again.focus({ preventScroll: true });
    else if (node instanceof HTMLElement) {
      if (!node.hasAttribute("tabindex")) node.tabIndex = -1;
      node.focus({ preventScroll: true });
    }
  }
  refresh(node);
}

/**
 * @param {Element} node
 * @param {HTMLElement} within
 * @returns {HTMLElement | null}
 */
function twin(node, within) {
  const name = within.getAttribute("name");
  const value = within.getAttribute("value");
  const text = within.textContent;
  for (const one of node.querySelectorAll(within.tagName)) {
    const same = name ? one.getAttribute("name") === name && (within.tagName !== "BUTTON" || one.getAttribute("value") === value) : one.textContent === text;
    if (same && one instanceof HTMLElement) return one;
  }
  return null;
}

/** @param {Element | null} node */
function wordsOf(node) {
  const summary = node && (node.querySelector("[data-announce], .pager-summary, .empty-title"));
  return summary?.textContent?.trim() || document.getElementById("live")?.dataset.updated || "";
}

// A region that is not over yet asks for itself again, more slowly when the server does not answer.
enhance((root) => {
  const found = root instanceof HTMLElement && root.dataset.poll ? [root] : Array.from(root.querySelectorAll("[data-poll]"));
  for (const node of found) if (node instanceof HTMLElement) wait(node, 1000);
});

/**
 * @param {HTMLElement} node
 * @param {number} ms
 */
function wait(node, ms) {
  setTimeout(async () => {
    if (!node.isConnected) return;
    const url = ownUrl(node.dataset.poll || "");
    if (!url || document.hidden) return wait(node, ms);
    try {
      const answer = await read(url.href, node.id);
      const fresh = answer.ok ? parse(await answer.text()).getElementById(node.id) : null;
      if (!fresh) return wait(node, Math.min(ms * 2, 15000));
      if (!node.isConnected) return;
      // When it is over, what can be done with the result stands around the region.
      if (fresh.hasAttribute("data-done")) return load(url.href, "main", "keep");
      replace(node, fresh);
    } catch (error) {
      wait(node, Math.min(ms * 2, 15000));
    }
  }, ms);
}
