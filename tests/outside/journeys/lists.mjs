// Finding: the one search box, lists, filters, views, columns, export.
import { readFile } from "node:fs/promises";
import { contains, equal, fresh, holds } from "../lib/check.mjs";
import { Visitor } from "../lib/browser.mjs";

const rows = (page) => page.locator("#list tbody tr");

export const lists = [
  ["the key / opens the search box, and a hit is chosen with arrows", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("keyuan");
    await page.locator("h1").click();
    await page.keyboard.press("/");
    await page.keyboard.type("钢管");
    await page.waitForSelector("#search-list [role=option]");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/[a-z-]+\/[0-9A-Z]{13}/);
    await visitor.leave();
  }],
  ["a search without suggestions leads to its page", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("keyuan");
    await page.goto(`${demo.base}/search?q=${encodeURIComponent("杭州")}`);
    holds((await page.locator("#found a[data-open]").count()) > 0, "no hits for 杭州");
    await visitor.fits();
    await visitor.leave();
  }],
  ["a telephone number is asked without standing in the address", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("keyuan");
    await page.goto(`${demo.base}/search?q=13800138000`);
    holds(!page.url().includes("13800138000"), `the address is ${page.url()}`);
    await visitor.leave();
  }],
  ["a list is filtered, the question stands in the address, and reset takes it away", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("keyuan");
    await page.goto(`${demo.base}/equipment/`);
    const all = await rows(page).count();
    await page.click("#f-kind");
    await page.locator("[name=kind][value=ropeway]").check();
    await page.click("form.query .query-acts button[type=submit]");
    await page.waitForURL(/kind=ropeway/);
    await page.waitForFunction((before) => document.querySelectorAll("#list tbody tr").length !== before, all);
    const text = await rows(page).allInnerTexts();
    holds(text.length > 0 && text.every((row) => row.includes("客运索道")), `rows: ${text.slice(0, 3)}`);
    await page.click("form.query .query-acts a.button");
    await page.waitForFunction((before) => document.querySelectorAll("#list tbody tr").length === before, all);
    await visitor.leave();
  }],
  ["pages of a list turn forth and back and never repeat a row", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("keyuan");
    await page.goto(`${demo.base}/equipment/`);
    const hrefs = () => page.locator("#list a[data-open]").evaluateAll((links) => links.map((a) => a.getAttribute("href")));
    const first = await hrefs();
    await page.locator(".pager a").last().click();
    await page.waitForURL(/after=/);
    await page.waitForFunction((href) => document.querySelector("#list a[data-open]")?.getAttribute("href") !== href, first[0]);
    const second = await hrefs();
    holds(second.every((href) => !first.includes(href)), "a row stands on both pages");
    await page.locator(".pager a").first().click();
    await page.waitForFunction((href) => document.querySelector("#list a[data-open]")?.getAttribute("href") === href, first[0]);
    equal((await hrefs()).join(), first.join(), "the first page again");
    await visitor.leave();
  }],
  ["J goes down the rows and Enter opens one", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("keyuan");
    await page.goto(`${demo.base}/enterprises/`);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    const wanted = await page.locator("#list a[data-open]").nth(1).getAttribute("href");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${wanted}`);
    await visitor.leave();
  }],
  ["a view is saved under a name and found again", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("keyuan");
    const name = fresh("旅程视图");
    await page.goto(`${demo.base}/equipment/?kind=lift`);
    const form = page.locator("form[action$='/views']");
    await page.locator("details", { has: form }).last().locator("summary").click();
    await form.locator("input[type=text]").fill(name);
    await form.locator("button[type=submit]").click();
    await page.getByRole("link", { name }).first().click();
    await page.waitForURL(/kind=lift/);
    await visitor.leave();
  }],
  ["CSV and XLSX come out with the filter that is set", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("keyuan");
    await page.goto(`${demo.base}/equipment/?kind=ropeway`);
    const shown = await rows(page).count();
    for (const format of ["csv", "xlsx"]) {
      const link = page.locator(`a[href*='format=${format}']`);
      const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
      const bytes = await readFile(await download.path());
      contains(download.suggestedFilename(), `.${format}`, "the file's name");
      if (format === "xlsx") equal(bytes.subarray(0, 2).toString(), "PK", "the sheet's beginning");
      else {
        // A header, the rows, and the line that says who took them.
        const lines = bytes.toString().trim().split(/\r?\n/);
        equal(lines.length - 2, shown, "rows of the CSV");
        contains(lines.at(-1), "周科员", "who took the file");
      }
      await page.goto(`${demo.base}/equipment/?kind=ropeway`);
    }
    await visitor.leave();
  }],
  ["a question that cannot be understood is told and nothing is lost", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    await visitor.signIn("keyuan");
    const page = await visitor.open("/equipment/?next_due=yesterday..", 422);
    await page.waitForSelector(".error-summary");
    await visitor.leave();
  }],
];
