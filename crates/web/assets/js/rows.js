// Child rows: add and remove on the spot what the server would do in a round trip.
import { all, on } from "./dom.js";

on("click", "button[data-add-row]", (event, button) => {
  const row = addRow(button.closest("[data-rows-of]"));
  if (!row) return;
  event.preventDefault();
  const first = row.querySelector("input:not([type=hidden]), select, textarea");
  if (first instanceof HTMLElement) first.focus();
});

on("click", "button[data-remove-row]", (event, button) => {
  const row = button.closest("tr");
  const group = button.closest("[data-rows-of]");
  if (!row || !group) return;
  event.preventDefault();
  const near = row.nextElementSibling || row.previousElementSibling;
  const form = button.closest("form");
  row.remove();
  const next = near?.querySelector("button[data-remove-row]") || group.querySelector("button[data-add-row]");
  if (next instanceof HTMLElement) next.focus();
  form?.dispatchEvent(new Event("input", { bubbles: true }));
});

/**
 * Adds a row with the next free number; numbers need not be without gaps.
 * @param {Element | null} group
 * @returns {Element | null}
 */
export function addRow(group) {
  const blank = group?.querySelector("template[data-blank]");
  const body = group?.querySelector("tbody");
  if (!(blank instanceof HTMLTemplateElement) || !body) return null;
  const taken = all(body, "tr[data-row]").map((row) => Number(row.getAttribute("data-row")));
  const index = String(Math.max(-1, ...taken) + 1);
  const piece = /** @type {DocumentFragment} */ (document.importNode(blank.content, true));
  for (const element of all(piece, "*")) {
    for (const attribute of Array.from(element.attributes)) {
      if (attribute.value.includes("__i__")) attribute.value = attribute.value.split("__i__").join(index);
    }
  }
  body.appendChild(piece);
  const row = body.lastElementChild;
  const input = row?.querySelector("input, select, textarea");
  input?.dispatchEvent(new CustomEvent("row", { bubbles: true }));
  return row;
}
