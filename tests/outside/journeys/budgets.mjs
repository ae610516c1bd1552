// Click budgets (T13): each line of budgets.json is walked and counted.
import { readFileSync } from "node:fs";
import { Visitor, PHONE } from "../lib/browser.mjs";
import { contains, holds } from "../lib/check.mjs";
import { clicks } from "../lib/clicks.mjs";
import { act, go, reportLift } from "./flows.mjs";

const BUDGETS = JSON.parse(readFileSync(new URL("../budgets.json", import.meta.url), "utf8"));
/** A sample enterprise, and a hazard that waits for its answer. */
const FIRM = "91330109MA21002120";
const HAZARD = "叉车每日检查记录缺一周";
const HERE = "see where what one began is now, from the landing page";

/** Every walk answers the clicks that it took. */
const walks = {
  desk: {
    "open the first of what waits, from the landing page": async (at) => {
      const visitor = await at("keyuan");
      await visitor.count.click(".todo-list a[data-open]");
      await visitor.page.waitForSelector(".course");
      return visitor;
    },
    "approve with a standard opinion and land on the next item, from the item": async (at) => {
      const visitor = await at("keyuan");
      const { page } = visitor;
      await visitor.open("/todo");
      const item = await page.locator("a[data-open]", { hasText: "ZJ-" }).first().getAttribute("href");
      await visitor.open(String(item));
      await visitor.count.press("a");
      await page.waitForURL(/do\/approve#go$/);
      holds(await page.evaluate(() => document.activeElement?.id === "go"), "the focus is not on the button that does it");
      await visitor.count.press("Enter");
      await page.waitForURL(/did=approve/);
      holds(!page.url().includes(String(item)), "the next item did not open");
      contains(await page.locator(".notice.is-success").innerText(), "下面是下一件", "the line about what was done");
      return visitor;
    },
    "handle everything that waits at one step, from the landing page": async (at) => {
      const visitor = await at("keyuan");
      await visitor.count.click(".todo-list .steps a[href*='patrols']");
      await visitor.page.waitForSelector(".batch-look");
      await visitor.count.click("#go");
      await visitor.page.waitForSelector(".batch-result");
      holds(!(await visitor.page.locator(".batch-result .error").count()), "something of the batch failed");
      return visitor;
    },
    "find an enterprise by its code, from anywhere": async (at) => {
      const visitor = await at("keyuan");
      await visitor.open("/todo");
      await visitor.count.press("/");
      await visitor.page.keyboard.type(FIRM);
      // The box suggests while one types; Enter opens what it found, by script or by the page of hits.
      await visitor.page.waitForSelector(".suggest [role=option]");
      await visitor.count.press("Enter");
      await visitor.page.waitForURL(/search|enterprises/);
      contains(await visitor.page.locator("main").innerText(), FIRM, "the enterprise");
      return visitor;
    },
  },
  station: {
    "begin a patrol, from the landing page": async (at) => {
      const visitor = await at("zhansuo", PHONE);
      await visitor.count.click(".door-acts a[href*='patrols']");
      await visitor.page.waitForSelector("form.form [name=staff_one]");
      return visitor;
    },
    "confirm what the town asks about, from the item": async (at, reported) => {
      const town = await at("zhenjie");
      await act(town, reported, "doubt", { files: "town_photos", reason: "铭牌看不清，请站所核查" });
      const visitor = await at("zhansuo", PHONE);
      await visitor.open(reported);
      await visitor.count.click("[data-key=a]");
      await visitor.page.waitForURL(/do\/inspect/);
      visitor.count.add("the camera");
      await visitor.page.setInputFiles("[name=station_photos]", { name: "现场.jpg", mimeType: "image/jpeg", buffer: await visitor.page.screenshot({ type: "jpeg" }) });
      await visitor.count.click("#go");
      await visitor.page.waitForSelector("form.undo, .review");
      if (await visitor.page.locator("input[name=_checked]").count()) await visitor.count.click("#go");
      await visitor.page.waitForURL(/did=inspect/);
      return visitor;
    },
    "confirm a correction against the earlier photograph, from the item": async (at) => {
      const visitor = await at("zhansuo", PHONE);
      const { page } = visitor;
      await visitor.open("/todo");
      await page.locator("a[data-open]", { hasText: HAZARD }).first().click();
      await page.waitForSelector(".course");
      await visitor.count.click("a[href$='/do/pass'], a[href*='/do/pass#']");
      await page.waitForURL(/do\/pass/);
      await page.fill("[name=rechecker]", "王巡查");
      await today(page, "rechecked_on");
      await visitor.count.click("#go");
      await page.waitForSelector(".notice.is-success, input[name=_checked]", { state: "attached" });
      if (await page.locator("input[name=_checked]").count()) await visitor.count.click("#go");
      await page.waitForURL(/did=pass/);
      return visitor;
    },
  },
  town: {
    "open the list behind a lamp of the town, from the landing page": async (at) => {
      const visitor = await at("zhenjie", PHONE);
      const figure = visitor.page.locator(".door-figures a", { has: visitor.page.locator(".lamp.is-red") }).first();
      const number = (await figure.locator(".figure-number").innerText()).trim();
      visitor.count.add("the figure");
      await figure.click();
      await visitor.page.waitForSelector("#list");
      contains(await visitor.page.locator(".pager").innerText(), number, "the number of the rows");
      return visitor;
    },
    "report a problem with a photograph, from the landing page": async (at) => {
      const visitor = await at("zhenjie", PHONE);
      const { page } = visitor;
      await visitor.count.click(".door-acts a[href*='town-checks']");
      await page.fill("[name=entity]", FIRM);
      await page.fill("[name=about]", "安全出口堆放货物");
      visitor.count.add("the camera");
      await page.setInputFiles("[name=photos]", await picture(page));
      await visitor.count.click("form.form .form-acts button[type=submit]");
      await page.waitForURL(/town-checks\/[0-9A-Z]{13}/);
      contains(await page.locator(".course").innerText(), "市场监督管理所", "who has it");
      return visitor;
    },
    "confirm an enterprise's report, from the item": async (at) => {
      const visitor = await at("zhenjie", PHONE);
      await visitor.open("/todo");
      await visitor.page.locator("a[data-open]", { hasText: "内燃平衡重式叉车" }).first().click();
      await visitor.page.waitForSelector(".course");
      await visitor.count.click("[data-key=a]");
      await visitor.page.waitForURL(/do\/check/);
      await visitor.count.click("#go");
      await visitor.page.waitForURL(/did=check/);
      return visitor;
    },
    "return an enterprise's report, from the item": async (at, reported) => {
      const visitor = await at("zhenjie", PHONE);
      await visitor.open(reported);
      await visitor.count.click("[data-key=r]");
      await visitor.page.fill("[name=reason]", "请补充单位内编号");
      await visitor.count.click("#go");
      await visitor.page.waitForURL(/did=return/);
      const firm = await at("qiye", PHONE);
      await firm.open(`${reported}/do/submit`);
      await go(firm.page);
      return visitor;
    },
    [HERE]: (at) => begun(at, "zhenjie"),
  },
  enterprise: {
    "see what expires, what is asked and what is under way": async (at) => {
      const visitor = await at("qiye", PHONE);
      const shown = await visitor.page.locator("main").innerText();
      for (const part of ["要我单位办理的", "将到期和已超期的", "我发起的，现在到哪里"]) contains(shown, part, "the landing page");
      return visitor;
    },
    "open the form of a matter with all it asks, from the landing page": async (at) => {
      const visitor = await at("qiye", PHONE);
      await visitor.count.click(".door-acts a[href*='what=stop']");
      await visitor.page.waitForSelector("form.form [name=cause]");
      holds(await visitor.page.locator("[name=what][value=stop]:checked, select[name=what] option[value=stop]:checked").count() === 1, "the matter is not chosen");
      return visitor;
    },
    "answer a hazard with a photograph, from the landing page": async (at) => {
      const visitor = await at("qiye", PHONE);
      const { page } = visitor;
      visitor.count.add("the hazard");
      await page.locator(".todo-list a[data-open]", { hasText: HAZARD }).first().click();
      await page.waitForSelector(".course");
      await visitor.count.click("a[href*='/do/answer']");
      await page.waitForURL(/do\/answer/);
      await page.fill("[name=measure]", "补齐记录，每日由班长检查");
      await today(page, "done_on");
      visitor.count.add("the camera");
      await page.setInputFiles("[name=after_photos]", await picture(page));
      await visitor.count.click("#go");
      await page.waitForURL(/did=answer/);
      return visitor;
    },
    "show a certificate, from the landing page": async (at) => {
      const visitor = await at("qiye", PHONE);
      await visitor.count.click(".door-figures a[href*='production-licences'][href*='list=all'], .door-figures a[href='/production-licences/']");
      await visitor.page.waitForSelector("#list a[data-open]");
      await visitor.count.click("#list a[data-open]");
      await visitor.page.waitForURL(/production-licences\/[0-9A-Z]{13}/);
      return visitor;
    },
    "report a new lift with its plate, from the landing page": async (at, _, tell) => {
      const visitor = await at("qiye", PHONE);
      tell(await reportLift(visitor, visitor.count, "311010412202600732", "工人路 32 号 1 号楼 1#"));
      return visitor;
    },
    [HERE]: (at) => begun(at, "qiye"),
  },
  leader: {
    "open the record of what is late, from the landing page": async (at) => {
      const visitor = await at("juzhang");
      await visitor.count.click(".is-leader section:last-of-type a[data-open]");
      await visitor.page.waitForSelector(".course");
      return visitor;
    },
    "press on what is late, from the landing page": async (at) => {
      const visitor = await at("juzhang");
      await visitor.count.click(".is-leader section:last-of-type a[data-open]");
      await visitor.page.waitForSelector(".course");
      await visitor.count.click("form[action*='/turn/remind'] button, a[href*='/turn/remind']");
      await visitor.page.waitForLoadState("networkidle");
      if (await visitor.page.locator("#go").count()) await visitor.count.click("#go");
      await visitor.page.waitForSelector(".notice.is-success");
      return visitor;
    },
  },
  public: {
    "see which desk holds a matter and since when, from the first page": async (at, reported) => {
      const firm = await at("qiye", PHONE);
      await firm.open(reported);
      const number = String(await firm.page.locator(".course .card-head a").getAttribute("href")).split("/").pop();
      const visitor = await at("");
      await visitor.open("/");
      await visitor.count.click(".side a[href='/progress']");
      await visitor.page.fill("[name=no]", String(number).toLowerCase());
      await visitor.count.press("Enter");
      await visitor.page.waitForURL(/progress\/[0-9A-Z]{16}/);
      contains(await visitor.page.locator(".course").innerText(), "和庄街道", "the desk that holds it");
      return visitor;
    },
  },
};

async function begun(at, login) {
  const visitor = await at(login, PHONE);
  contains(await visitor.page.locator(".todo-list", { hasText: "我发起的，现在到哪里" }).innerText(), " 起", "since when");
  return visitor;
}

/** A picture that a phone could have taken. */
async function picture(page) {
  return { name: "现场.jpg", mimeType: "image/jpeg", buffer: await page.screenshot({ type: "jpeg", quality: 50 }) };
}

/** Types today into the three boxes of a date, unless they say it already. */
async function today(page, field) {
  const now = new Date(Date.now() + 8 * 3_600_000);
  for (const [part, value] of [["year", now.getUTCFullYear()], ["month", now.getUTCMonth() + 1], ["day", now.getUTCDate()]]) {
    await page.fill(`[name='${field}.${part}']`, String(value));
  }
}

export const budgets = [
  ["each task of the flows keeps its budget of clicks", async (browser, demo) => {
    const visitors = [];
    const at = async (login, viewport) => {
      const visitor = await Visitor.at(browser, demo, viewport ? { viewport } : {});
      visitors.push(visitor);
      visitor.count = clicks(visitor);
      if (login) await visitor.signIn(login);
      return visitor;
    };
    const over = [];
    let reported = "";
    // The enterprise comes first: what it reports is what the others handle.
    for (const who of ["enterprise", "desk", "leader", "town", "public", "station"]) {
      const lines = Object.keys({ ...BUDGETS[who], ...walks[who] });
      for (const line of lines) {
        holds(line in BUDGETS[who] && line in walks[who], `“${line}” stands in budgets.json or in its walk, not in both`);
        const walked = walks[who][line](at, reported, (path) => { reported = path; });
        const { count } = await walked.catch((error) => { throw new Error(`${who}: ${line}: ${error.message}`); });
        if (count.count > BUDGETS[who][line]) over.push(`${who}: ${line}: ${count.count} of ${BUDGETS[who][line]}: ${count.done.join(", ")}`);
      }
    }
    const known = Object.keys(BUDGETS).filter((who) => who !== "about");
    holds(known.every((who) => who in walks), "budgets.json knows somebody who does not walk");
    holds(!over.length, over.join("\n  "));
    for (const visitor of visitors) await visitor.leave();
  }],
];
