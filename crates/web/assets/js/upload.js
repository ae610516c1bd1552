// Shows how far an upload is; the answer takes its region's place, or its address is opened.
import { on, ownUrl } from "./dom.js";
import { upload } from "./net.js";
import { apply } from "./swap.js";

on("submit", "form[data-upload]", (event, target) => {
  const form = /** @type {HTMLFormElement} */ (target);
  const url = ownUrl(form.action);
  const files = Array.from(form.querySelectorAll("input[type=file]")).some((input) => Boolean(/** @type {HTMLInputElement} */ (input).files?.length));
  if (event.defaultPrevented || !url || !files) return;
  event.preventDefault();
  const data = new FormData(form);
  const by = /** @type {SubmitEvent} */ (event).submitter;
  if (by instanceof HTMLButtonElement && by.name) data.append(by.name, by.value);
  send(form, url.href, data, by);
});

/**
 * @param {HTMLFormElement} form
 * @param {string} href
 * @param {FormData} data
 * @param {HTMLElement | null} by
 */
function send(form, href, data, by) {
  const bar = /** @type {HTMLElement | null} */ (form.querySelector("[data-upload-bar]"));
  const meter = bar?.querySelector("progress");
  const share = bar?.querySelector("[data-upload-share]");
  const show = (/** @type {boolean} */ busy) => {
    if (bar) bar.hidden = !busy;
    if (by instanceof HTMLButtonElement) by.disabled = busy;
  };
  const part = form.dataset.upload || "main";
  show(true);
  upload(href, data, part, {
    progress(done) {
      if (!meter) return;
      meter.value = done * 100;
      if (share) share.textContent = `${Math.floor(done * 100)}%`;
    },
    load(text, url) {
      show(false);
      const moved = url && url !== href;
      if (moved || !apply(text, location.href, part, "keep")) location.assign(url || location.href);
    },
    // The plain way again, so that the browser itself tells what is wrong with the network.
    error() { show(false); form.submit(); },
  });
}
