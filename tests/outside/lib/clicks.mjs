// Counts what a person does with finger or key; typing text does not count (T13).

/** @param {import("./browser.mjs").Visitor} visitor */
export function clicks(visitor) {
  const { page } = visitor;
  const done = [];
  return {
    async click(selector) {
      done.push(selector);
      await page.locator(selector).first().click();
    },
    async press(key) {
      done.push(key);
      await page.keyboard.press(key);
    },
    /** Something that a test cannot press, such as a camera. */
    add(what) {
      done.push(what);
    },
    get count() {
      return done.length;
    },
    get done() {
      return done;
    },
  };
}
