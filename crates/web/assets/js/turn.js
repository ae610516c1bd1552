// Turns: standard opinions fall into their box, and taking back counts its seconds down.
import { all, announce, enhance, on } from "./dom.js";

on("click", "button[data-fills]", (event, target) => {
  const button = /** @type {HTMLButtonElement} */ (target);
  const box = document.getElementById(button.dataset.fills || "");
  if (!(box instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  box.value = button.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  announce(button.value);
});

enhance((root) => {
  for (const form of all(root, "form[data-seconds]")) count(form, Number(form.dataset.seconds));
});

/**
 * @param {HTMLElement} form
 * @param {number} left
 */
function count(form, left) {
  if (left <= 0) return form.remove();
  const words = form.querySelector("[data-left]");
  if (words) words.textContent = (words.getAttribute("data-left") || "").replace("{n}", String(left));
  setTimeout(() => count(form, left - 1), 1000);
}
