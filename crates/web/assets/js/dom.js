// Small tools for the other modules, and the only place where HTML from the server becomes nodes.

/** @typedef {(root: ParentNode) => void} Enhancer */

/** @type {Enhancer[]} */
const enhancers = [];

/**
 * Runs for the whole page, and again for every region that is replaced.
 * @param {Enhancer} enhancer
 */
export function enhance(enhancer) {
  enhancers.push(enhancer);
}

/** @param {ParentNode} root */
export function refresh(root) {
  for (const enhancer of enhancers) enhancer(root);
}

/**
 * Listens on the document, so that replaced regions need no new listeners.
 * @template {keyof DocumentEventMap} K
 * @param {K} type
 * @param {string} selector
 * @param {(event: DocumentEventMap[K], target: HTMLElement) => void} handler
 * @param {boolean} [capture]
 */
export function on(type, selector, handler, capture) {
  document.addEventListener(type, (event) => {
    const from = event.target;
    const target = from instanceof Element ? from.closest(selector) : null;
    if (target instanceof HTMLElement) handler(event, target);
  }, capture);
}

/**
 * @template {HTMLElement} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {T[]}
 */
export function all(root, selector) {
  return /** @type {T[]} */ (Array.from(root.querySelectorAll(selector)));
}

// The policy lets through what our own server answered, and nothing else reaches it.
const trusted = /** @type {any} */ (window).trustedTypes;
const policy = trusted
  ? trusted.createPolicy("jinzhi", { createHTML: (/** @type {string} */ html) => html })
  : { createHTML: (/** @type {string} */ html) => html };

/**
 * @param {string} html
 * @returns {Document}
 */
export function parse(html) {
  return new DOMParser().parseFromString(policy.createHTML(html), "text/html");
}

/**
 * @param {Element} element
 * @param {string} html
 */
export function fill(element, html) {
  element.innerHTML = policy.createHTML(html);
}

/** @param {string} words */
export function announce(words) {
  const live = document.getElementById("live");
  if (!live) return;
  live.textContent = "";
  setTimeout(() => { live.textContent = words; }, 50);
}

/**
 * Only same-origin addresses of pages may be fetched or opened.
 * @param {string} href
 * @returns {URL | null}
 */
export function ownUrl(href) {
  const url = new URL(href, location.href);
  return url.origin === location.origin ? url : null;
}

/**
 * @template {unknown[]} A
 * @param {number} ms
 * @param {(...args: A) => void} fn
 * @returns {(...args: A) => void}
 */
export function later(ms, fn) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => fn(...args), ms);
  };
}

/**
 * @param {Element} element
 * @returns {boolean}
 */
export function visible(element) {
  return element.getClientRects().length > 0;
}
