// Other ways to use the pages: without scripts, on paper, on a phone, zoomed.
import { contains, equal, fresh, holds } from "../lib/check.mjs";
import { PHONE, Visitor } from "../lib/browser.mjs";
import { PATH, makeInstitution, save } from "../lib/records.mjs";

export const ways = [
  ["everything works with JavaScript off", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo, { javaScriptEnabled: false });
    const { page } = await visitor.signIn("kezhang");
    await page.goto(`${demo.base}${PATH}/`);
    await page.fill("form.query [name=q]", "检验");
    await page.click("form.query .query-acts button[type=submit]");
    contains(page.url(), "q=", "the address of the question");
    const { path } = await makeInstitution(visitor, fresh("无脚本机构"));
    await page.goto(`${demo.base}${path}/edit`);
    visitor.provoke(422);
    await page.fill("[name='valid_until.year']", "2028");
    await page.fill("[name='valid_until.month']", "99");
    await page.fill("[name='valid_until.day']", "1");
    await save(page);
    await page.waitForSelector(".error-summary");
    equal(await page.inputValue("[name='valid_until.month']"), "99", "what was typed");
    await page.fill("[name='valid_until.month']", "6");
    await save(page);
    await page.waitForSelector(".notice.is-success");
    await page.getByRole("link", { name: "暂停" }).click();
    await page.fill("[name=reason]", "没有脚本");
    await page.click("main form button.is-primary");
    await page.waitForURL(/ok=suspend/);
    await page.goto(`${demo.base}/equipment/`);
    await page.locator(".pager a").last().click();
    holds(/after=/.test(page.url()), "the next page");
    await visitor.leave();
  }],
  ["a record prints without the frame around it", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("kezhang");
    const { path, name } = await makeInstitution(visitor);
    await page.goto(`${demo.base}${path}`);
    await page.emulateMedia({ media: "print" });
    for (const part of ["nav.nav", "header.top", ".acts"]) {
      equal(await page.locator(`${part}:visible`).count(), 0, `${part} on paper`);
    }
    holds(await page.locator("h1", { hasText: name }).isVisible(), "the name is not on paper");
    const pdf = await page.pdf({ format: "A4" });
    equal(pdf.subarray(0, 4).toString(), "%PDF", "the print");
    await visitor.leave();
  }],
  ["a phone shows menu, list and form without scrolling sideways", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo, { viewport: PHONE, hasTouch: true, isMobile: true });
    const { page } = await visitor.signIn("zhansuo");
    await visitor.fits();
    await page.locator("details.fold summary").first().tap();
    await page.locator("details.fold nav a[href='/equipment/']").tap();
    await page.waitForURL(/equipment/);
    await visitor.fits();
    await page.locator("#list a[data-open]").first().tap();
    await page.waitForURL(/equipment\/[0-9A-Z]{13}/);
    await visitor.fits();
    const small = await page.evaluate(() => Array.from(document.querySelectorAll("main .button, main button"))
      .filter((b) => b.getClientRects().length && b.getBoundingClientRect().height < 43.5 && !b.classList.contains("is-quiet") && !b.classList.contains("hidden-text"))
      .map((b) => b.textContent?.trim()));
    equal(small.join(), "", "buttons too small for a finger");
    await visitor.leave();
  }],
  ["at four times the size nothing is lost and nothing scrolls sideways", async (browser, demo) => {
    // 1280 px at 400 % is 320 px wide (WCAG 1.4.10).
    const visitor = await Visitor.at(browser, demo, { viewport: { width: 320, height: 256 } });
    await visitor.signIn("kezhang");
    for (const path of ["/home", `${PATH}/`, `${PATH}/new`, "/account", "/search?q=" + encodeURIComponent("杭州")]) {
      await visitor.open(path);
      await visitor.fits();
    }
    await visitor.leave();
  }],
  ["the first page and a list stay light", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    await visitor.signIn("keyuan");
    for (const path of ["/", "/home", "/equipment/"]) {
      let bytes = 0;
      const add = async (answer) => { bytes += (await answer.request().sizes()).responseBodySize; };
      visitor.page.on("requestfinished", async (request) => add(await request.response()));
      await visitor.open(path);
      await visitor.page.waitForLoadState("networkidle");
      visitor.page.removeAllListeners("requestfinished");
      holds(bytes < 150_000, `${path} weighs ${bytes} bytes`);
    }
    await visitor.leave();
  }],
];
