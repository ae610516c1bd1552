// Journeys through the pages in a real browser, with axe beside them.
//
//   node journeys.mjs [PROGRAM] [WORD]   PROGRAM is the built server, WORD picks journeys by name
//
// Journeys in which limits pass need target/debug/jinzhi-later, or LATER=path of it.
//
// With CANARY=label every page loses its labels: then something must fail, or nothing is proven.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./lib/browser.mjs";
import { startDemo } from "./lib/demo.mjs";
import { startLater } from "./lib/later.mjs";
import { budgets } from "./journeys/budgets.mjs";
import { flows, verify } from "./journeys/flows.mjs";
import { later } from "./journeys/later.mjs";
import { lists } from "./journeys/lists.mjs";
import { people } from "./journeys/people.mjs";
import { records } from "./journeys/records.mjs";
import { routes } from "./journeys/routes.mjs";
import { ways } from "./journeys/ways.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const PROGRAM = process.argv[2] ?? join(ROOT, "target", "release", "jinzhi");
const WORD = process.argv[3] ?? "";
/** Serves at a time of the journey's choice: cargo build -p testkit --features later --bin jinzhi-later */
const LATER = process.env.LATER ?? join(ROOT, "target", "debug", "jinzhi-later");

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

/** @param {() => void} check */
function attempt(check) {
  try {
    check();
    return null;
  } catch (error) {
    return /** @type {Error} */ (error);
  }
}

if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not built: cargo build --release`);
/** The journeys in which limits pass, on data of their own. */
async function passTime(browser) {
  const wanted = later.filter(([name]) => name.includes(WORD));
  if (!wanted.length) return;
  const demo = await startLater(PROGRAM, LATER);
  try {
    for (const [name, journey] of wanted) tell(name, await journey(browser, demo).then(() => null, (error) => error));
  } finally {
    await demo.stop(() => tell("the ledger verifies after the days that passed", attempt(() => verify(PROGRAM, join(demo.folder, "data")))));
  }
}

const begun = Date.now();
const demo = await startDemo(PROGRAM);
const browser = await launch();
try {
  await passTime(browser);
  for (const [name, journey] of [...people, ...lists, ...records, ...ways, ...flows, ...budgets]) {
    if (!name.includes(WORD)) continue;
    tell(name, await journey(browser, demo).then(() => null, (error) => error));
  }
  if ("axe".includes(WORD) || WORD.startsWith("axe")) await routes(browser, demo, WORD, tell);
} finally {
  await browser.close();
  await demo.stop(() => tell("the ledger verifies after all of it", attempt(() => verify(PROGRAM, join(demo.folder, "data")))));
}
console.log(`${Math.round((Date.now() - begun) / 1000)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
