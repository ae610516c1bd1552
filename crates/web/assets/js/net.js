// The one module that speaks to the server: whoever works without a network puts its store in here.

/**
 * Reads a page or a part of it.
 * @param {string} href
 * @param {string} part id of the region that is wanted
 * @param {AbortSignal} [signal]
 */
export function read(href, part, signal) {
  return fetch(href, { headers: { "X-Part": part }, credentials: "same-origin", signal });
}

/**
 * Sends a form.
 * @param {string} href
 * @param {URLSearchParams} body
 * @param {AbortSignal} [signal]
 */
export function post(href, body, signal) {
  return fetch(href, { method: "POST", body, credentials: "same-origin", signal });
}

/**
 * Sends a form with files and tells how far it is.
 * @param {string} href
 * @param {FormData} body
 * @param {string} part
 * @param {{ progress: (share: number) => void, load: (text: string, url: string) => void, error: () => void }} heard
 */
export function upload(href, body, part, heard) {
  const request = new XMLHttpRequest();
  request.open("POST", href);
  request.setRequestHeader("X-Part", part);
  request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
    if (lengthComputable) heard.progress(loaded / total);
  });
  request.addEventListener("load", () => heard.load(request.responseText, request.responseURL));
  request.addEventListener("error", heard.error);
  request.send(body);
}

/**
 * A stream of events; it opens itself again when it breaks.
 * @param {string} href
 */
export function stream(href) {
  return new EventSource(href);
}
