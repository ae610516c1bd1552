// Every route of the pages under axe (WCAG 2.0 to 2.2, A and AA), at two widths, light and dark.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { DESK, PHONE, Visitor } from "../lib/browser.mjs";
import { makeInstitution } from "../lib/records.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
const SIZES = [["1366×768", DESK], ["390×844", PHONE]];
const THEMES = /** @type {const} */ (["light", "dark"]);
/** Elements told of one violation. */
const TOLD = 3;

/** Doors with a page of their own: whoever comes in by them, and what is seen only there. */
const DOORS = /** @type {Record<string, string[]>} */ ({
  zhansuo: ["/home", "/todo?tab=started"], zhenjie: ["/home"], qiye: ["/home"], juzhang: ["/home"],
});

/** Pages that say no on purpose, with the status they say it with. */
const REFUSALS = [["/nowhere", 404], ["/equipment/0000000000000", 404], ["/equipment/?next_due=x", 422]];

/**
 * Checks every route; `tell` gets the name of each check and what was wrong.
 * @param {string} word only checks whose name has it
 * @param {(name: string, error: Error | null) => void} tell
 */
export async function routes(browser, demo, word, tell) {
  /** Routes somebody has been to; who comes later looks only at further ones. */
  const seen = new Set();
  for (const login of [null, "kezhang", "admin", ...Object.keys(DOORS)]) {
    if (word.startsWith("axe ") && !word.startsWith(`axe ${login ?? "nobody"}`)) continue;
    const guide = await Visitor.at(browser, demo);
    if (login) await guide.signIn(login);
    const found = DOORS[login ?? ""] ?? (login ? await pathsOf(guide) : ["/", "/login", "/login/unknown", "/register", "/register/0123456789ABCDEF", "/progress", "/help", "/enterprises/", "/api/docs", "/api/docs/errors"]);
    const kind = (path) => String(Array.isArray(path) ? path[0] : path).replace(/[0-9A-Z]{13}/, "ID");
    const paths = found.filter((path) => login !== "admin" || kind(path) === "/home" || !seen.has(kind(path)));
    for (const path of paths) seen.add(kind(path));
    const cookies = await guide.context.storageState();
    await guide.context.close();
    for (const [size, viewport] of SIZES) {
      for (const theme of THEMES) {
        const visitor = await Visitor.at(browser, demo, { viewport, colorScheme: theme, storageState: cookies, bypassCSP: false });
        visitor.provoke(404, 422);
        for (const path of paths) {
          const [plain, status] = Array.isArray(path) ? path : [path, 0];
          const name = `axe ${login ?? "nobody"} ${kind(path)} ${size} ${theme}`;
          if (!name.includes(word)) continue;
          tell(name, await look(visitor, plain, Number(status)).then(() => null, (error) => error));
        }
        await visitor.context.close();
      }
    }
  }
}

/** Every route that this person can reach, found by what the pages themselves offer. */
async function pathsOf(visitor) {
  const { page } = visitor;
  const paths = ["/home", "/todo", "/todo?tab=done", "/progress", "/account", "/account/factor", "/account/notices", "/help", "/imports", "/notices", `/search?q=${encodeURIComponent("杭州")}`, "/search?q=", ...REFUSALS];
  await visitor.open("/home");
  const lists = await page.locator("div.side nav a").evaluateAll((links) => links.map((a) => a.getAttribute("href") ?? ""));
  paths.push(...lists.filter((href) => href === "/calendar" || href === "/flow-versions" || href === "/unit-tree"));
  for (const list of new Set(lists.filter((href) => /^\/[a-z-]+\/$/.test(href)))) {
    paths.push(list, `${list}?q=zzzz`);
    await visitor.open(list);
    const offered = await page.locator("main .acts a").evaluateAll((links) => links.map((a) => a.getAttribute("href") ?? ""));
    paths.push(...offered.filter((href) => href.startsWith("/")));
    const record = page.locator("#list a[data-open]").first();
    if (await record.count()) {
      const href = String(await record.getAttribute("href"));
      paths.push(href, `${href}?empty=1`, `${href}/history`);
      await visitor.open(href);
      const acts = await page.locator("main .acts a, main a[href*='/reveal/']").evaluateAll((links) => links.map((a) => a.getAttribute("href") ?? ""));
      paths.push(...new Set(acts.filter((act) => act.startsWith(href))));
    }
  }
  if (paths.includes("/institutions/new")) {
    const { path } = await makeInstitution(visitor);
    paths.push(`${path}/do/suspend`, `${path}/do/cancel`, `${path}/reveal/head`, `${path}/erase`);
  }
  return Array.from(new Set(paths));
}

/** Opens a route and looks at it; throws what is wrong. */
async function look(visitor, path, status) {
  const { page } = visitor;
  visitor.noise.length = 0;
  const answer = await page.goto(visitor.demo.base + path);
  const found = answer?.status() ?? 0;
  if (status ? found !== status : found >= 400 && found !== 404) throw new Error(`status ${found}`);
  await page.evaluate(AXE);
  const violations = await violationsOn(page);
  // What is folded away must be as good when it is opened.
  const folded = await page.evaluate(() => {
    const closed = document.querySelectorAll("main details.query-more:not([open]), main details.private:not([open])");
    for (const one of closed) one.setAttribute("open", "");
    return closed.length;
  });
  if (folded) violations.push(...(await violationsOn(page)).map((one) => `unfolded: ${one}`));
  if (violations.length) throw new Error(violations.join("\n  "));
  await visitor.fits();
  if (visitor.noise.length) throw new Error(visitor.noise.join("\n  "));
}

/** @param {import("playwright-core").Page} page */
function violationsOn(page) {
  return page.evaluate(async ([tags, told]) => {
    // @ts-ignore axe was put there before
    const result = await axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
    return result.violations.map((v) => `${v.id}: ${v.help}\n` + v.nodes.slice(0, told).map((n) => `    ${n.html.slice(0, 160)}`).join("\n"));
  }, /** @type {const} */ ([TAGS, TOLD]));
}
