// Journeys through the pages in a real browser, with axe beside them.
//
//   node journeys.mjs [PROGRAM] [WORD]   PROGRAM is the built server, WORD picks journeys by name
//
// With CANARY=label every page loses its labels: then something must fail, or nothing is proven.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./lib/browser.mjs";
import { startDemo } from "./lib/demo.mjs";
import { lists } from "./journeys/lists.mjs";
import { people } from "./journeys/people.mjs";
import { records } from "./journeys/records.mjs";
import { routes } from "./journeys/routes.mjs";
import { ways } from "./journeys/ways.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const PROGRAM = process.argv[2] ?? join(ROOT, "target", "release", "jinzhi");
const WORD = process.argv[3] ?? "";

let [passed, failed] = [0, 0];

/**
 * @param {string} name
 * @param {Error | null} error
 */
function tell(name, error) {
  if (error) failed += 1;
  else passed += 1;
  if (error) console.log(`FAILED ${name}\n  ${error.message}`);
  else if (!name.startsWith("axe ")) console.log(`ok     ${name}`);
}

if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not built: cargo build --release`);
const begun = Date.now();
const demo = await startDemo(PROGRAM);
const browser = await launch();
try {
  for (const [name, journey] of [...people, ...lists, ...records, ...ways]) {
    if (!name.includes(WORD)) continue;
    tell(name, await journey(browser, demo).then(() => null, (error) => error));
  }
  if ("axe".includes(WORD) || WORD.startsWith("axe")) await routes(browser, demo, WORD, tell);
} finally {
  await browser.close();
  await demo.stop();
}
console.log(`${Math.round((Date.now() - begun) / 1000)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
