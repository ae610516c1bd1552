// Fields that depend on others, dates in one press or one paste, the position of this device.
import { all, announce, enhance, later, on, refresh } from "./dom.js";

/**
 * @typedef {{ all?: When[], any?: When[], not?: When, field?: string, in?: string[], filled?: boolean,
 *   lt?: string, le?: string, gt?: string, ge?: string }} When
 */

const DEPENDS = "[data-when], [data-under]";

enhance((root) => {
  const forms = new Set(all(root, DEPENDS).map((group) => group.closest("form")));
  for (const form of forms) if (form) decide(form);
  const summary = root.querySelector(".error-summary");
  if (summary instanceof HTMLElement && root === document) summary.focus();
});

const decideSoon = later(60, decide);
for (const type of /** @type {const} */ (["input", "change"])) {
  on(type, "form", (_, form) => {
    if (form.querySelector(DEPENDS)) decideSoon(/** @type {HTMLFormElement} */ (form));
  });
}
document.addEventListener("row", (event) => {
  const row = event.target instanceof Element && event.target.closest("tr");
  if (row) refresh(row);
});

/**
 * Shows and hides. What is hidden is still sent: nothing typed is lost, and the server decides.
 * @param {HTMLFormElement} form
 */
function decide(form) {
  for (const select of all(form, "select[data-under]")) narrow(/** @type {HTMLSelectElement} */ (select), new FormData(form));
  const data = new FormData(form);
  for (const group of all(form, "[data-when]")) {
    group.dataset.live = "";
    group.hidden = !holds(JSON.parse(group.dataset.when || "{}"), data);
  }
}

/**
 * Leaves the entries that belong to what is chosen above. One chosen before stays until that changes.
 * @param {HTMLSelectElement} select
 * @param {FormData} data
 */
function narrow(select, data) {
  const { under = "", above } = select.dataset;
  const now = valuesOf(under, data)[0] || "";
  select.dataset.above = now;
  for (const option of select.options) {
    const of = option.dataset.of;
    const fits = !now || !of || of === now;
    if (!fits && option.selected && above !== undefined && above !== now) select.value = "";
    option.hidden = option.disabled = !fits && !option.selected;
  }
  for (const group of all(select, "optgroup")) group.hidden = !group.querySelector("option:not([hidden])");
}

/**
 * @param {When} when
 * @param {FormData} data
 * @returns {boolean}
 */
function holds(when, data) {
  if (when.all) return when.all.every((part) => holds(part, data));
  if (when.any) return when.any.some((part) => holds(part, data));
  if (when.not) return !holds(when.not, data);
  if (!when.field) return true;
  const values = valuesOf(when.field, data);
  if (when.in) return when.in.some((value) => values.includes(value));
  if (when.filled) return values.some((value) => value !== "");
  const value = values[0];
  if (value === undefined || value === "") return false;
  if (when.lt !== undefined) return compare(value, when.lt) < 0;
  if (when.le !== undefined) return compare(value, when.le) <= 0;
  if (when.gt !== undefined) return compare(value, when.gt) > 0;
  if (when.ge !== undefined) return compare(value, when.ge) >= 0;
  return true;
}

/**
 * @param {string} name
 * @param {FormData} data
 * @returns {string[]}
 */
function valuesOf(name, data) {
  const part = (/** @type {string} */ suffix) => String(data.get(name + suffix) || "").trim();
  if (data.has(`${name}.year`)) {
    const [year, month, day] = [part(".year"), part(".month"), part(".day")];
    return year && month && day ? [`${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`] : [""];
  }
  if (data.has(`${name}.id`)) return [part("") === part(".was") ? part(".id") : part("")];
  return data.getAll(name).map(String);
}

/**
 * @param {string} a
 * @param {string} b
 */
function compare(a, b) {
  const [x, y] = [Number(a), Number(b)];
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
}

on("click", "button[data-pick]", (_, button) => {
  setDate(button.closest("[data-date]"), button.dataset.pick || "");
});

// A whole date pasted or typed into the year falls into the three fields: 2025-11-21, 2025年11月21日, 20251121.
on("input", "input.is-year", (_, target) => {
  const input = /** @type {HTMLInputElement} */ (target);
  const found = /^\s*(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?\s*$/.exec(input.value);
  if (found && input.value.trim().length >= 8) setDate(input.closest("[data-date]"), found.slice(1).join("-"));
});

/**
 * @param {Element | null} group
 * @param {string} iso
 */
function setDate(group, iso) {
  if (!group) return;
  const [year, month, day] = iso.split("-").map(Number);
  const boxes = /** @type {HTMLInputElement[]} */ (all(group, "input"));
  [year, month, day].forEach((value, index) => { boxes[index].value = String(value); });
  boxes[2].dispatchEvent(new Event("change", { bubbles: true }));
  boxes[2].focus();
}

on("click", "button[data-locate]", (_, button) => {
  const boxes = /** @type {HTMLInputElement[]} */ (all(button.closest("[data-point]") || document, "input"));
  const failed = () => announce(button.dataset.locate || "");
  if (!navigator.geolocation) return failed();
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    boxes[0].value = coords.longitude.toFixed(6);
    boxes[1].value = coords.latitude.toFixed(6);
    boxes[1].dispatchEvent(new Event("change", { bubbles: true }));
  }, failed, { enableHighAccuracy: true, timeout: 15000 });
});
