// People at the door: signing in, being refused, language, look, one's own account.
import { contains, equal, holds } from "../lib/check.mjs";
import { PHONE, Visitor } from "../lib/browser.mjs";

/** Login, part of the role in words; the first five are the five kinds of user. */
const PEOPLE = [
  ["keyuan", "科室监管人员"], ["zhansuo", "站所巡查人员"], ["zhenjie", "镇街质监员"],
  ["qiye", "企业管理员"], ["juzhang", "局领导"], ["kezhang", "科长"],
  ["admin", "系统管理员"], ["anquan", "安全管理员"], ["shenji", "审计员"],
];

export const people = PEOPLE.map(([login, role]) => [`${login} signs in, sees the own role, signs out`, async (browser, demo) => {
  const visitor = await Visitor.at(browser, demo);
  const { page } = await visitor.signIn(login);
  contains(await page.locator("details.menu summary").first().innerText(), role, "the menu");
  await visitor.fits();
  await page.locator("header details.menu summary").click();
  await page.click("form[data-sign-out] button");
  await page.waitForURL(/login/);
  await page.goto(`${demo.base}/home`);
  await page.waitForURL(/login/);
  await visitor.leave();
}]);

people.push(["a wrong password is refused and the login stays typed", async (browser, demo) => {
  const visitor = await Visitor.at(browser, demo);
  visitor.provoke(401);
  const page = await visitor.open("/login");
  await page.fill("[name=login]", "shenji");
  await page.fill("[name=password]", "wrong-Password-1");
  await page.click("main form button[type=submit]");
  await page.waitForSelector(".notice.is-error");
  equal(await page.inputValue("[name=login]"), "shenji", "the login");
  equal(await page.inputValue("[name=password]"), "", "the password");
  await visitor.leave();
}]);

people.push(["the interface speaks English when asked, and Chinese again", async (browser, demo) => {
  const visitor = await Visitor.at(browser, demo);
  const { page } = await visitor.signIn("keyuan");
  await page.locator("header details.menu summary").click();
  await page.getByRole("link", { name: "English" }).click();
  await page.waitForSelector("html[lang=en]");
  await page.goto(`${demo.base}/equipment/`);
  equal(await page.getAttribute("html", "lang"), "en", "the language of the list");
  const heading = await page.locator("h1").innerText();
  holds(/^[\x20-\x7e]+$/.test(heading), `the heading is ${heading}`);
  const labels = await page.locator("form.query .label:visible").allInnerTexts();
  holds(labels.length > 3 && labels.every((label) => /^[\x20-\x7e’–]+$/.test(label)), `labels: ${labels}`);
  await page.locator("header details.menu summary").click();
  await page.getByRole("link", { name: "中文" }).click();
  await page.waitForSelector("html[lang=zh-CN]");
  await visitor.leave();
}]);

people.push(["dark and light are chosen and stay chosen", async (browser, demo) => {
  const visitor = await Visitor.at(browser, demo);
  const { page } = await visitor.signIn("keyuan");
  const ground = () => page.evaluate(() => {
    const [r, g, b] = (getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) ?? []).map(Number);
    return r + g + b;
  });
  for (const [theme, dark] of [["dark", true], ["light", false]]) {
    await page.locator("header details.menu summary").click();
    await page.locator(`button[name=theme][value=${theme}]`).click();
    await page.waitForSelector(`html[data-theme=${theme}]`);
    await page.goto(`${demo.base}/enterprises/`);
    equal(await page.getAttribute("html", "data-theme"), theme, "the theme of the next page");
    equal((await ground()) < 300, dark, `a dark ground under ${theme}`);
  }
  await visitor.leave();
}]);

people.push(["the public may check what is open and nothing else", async (browser, demo) => {
  const visitor = await Visitor.at(browser, demo);
  const page = await visitor.open("/");
  await page.getByRole("link", { name: "法人单位" }).last().click();
  await page.waitForURL(/enterprises/);
  equal(await page.locator("a[href$='/new']").count(), 0, "links to new records");
  await page.locator("[data-rows] a[data-open]").first().click();
  await page.waitForURL(/enterprises\/[0-9A-Z]{13}/);
  equal(await page.locator("a[href$='/edit']").count(), 0, "links to edit");
  const text = await page.locator("main").innerText();
  holds(!/法定代表人|联系电话/.test(text), "personal fields are shown to the public");
  await visitor.open("/people/", 404).catch(async () => {
    // Signing in would help, so the page may ask for it instead.
    holds(/login/.test(visitor.page.url()), `the public sees ${visitor.page.url()}`);
  });
  await visitor.leave();
}]);

people.push(["an enterprise sees its own, and of others what the public sees", async (browser, demo) => {
  const officer = await Visitor.at(browser, demo);
  const all = (await officer.signIn("keyuan")).page;
  await all.goto(`${demo.base}/equipment/`);
  const hrefs = await all.locator("[data-rows] a[data-open]").evaluateAll((links) => links.map((a) => a.getAttribute("href")));
  const firm = await Visitor.at(browser, demo);
  const { page } = await firm.signIn("qiye");
  await page.goto(`${demo.base}/equipment/`);
  const own = new Set(await page.locator("[data-rows] a[data-open]").evaluateAll((links) => links.map((a) => a.getAttribute("href"))));
  holds(own.size > 0, "the enterprise sees none of its devices");
  const foreign = hrefs.find((href) => href && !own.has(href));
  // What is public is no secret from a firm; what only its owner and the service see stays so.
  await firm.open(String(foreign), 200);
  holds(await firm.page.locator('a[href*="/do/"], a[href$="/edit"]').count() === 0, "a foreign device can be acted upon");
  holds(!(await firm.page.content()).includes("安全管理员电话"), "a foreign device shows its manager");
  await officer.leave();
  await firm.leave();
}]);

/** A firm of the samples, for which two people apply. */
const FIRM = "91330109MA21002120";
const PASSWORD = "Shangbao-2027-abc";

/** Applies for an account as somebody does who knows no address but the first; answers the public number. */
async function apply(visitor, contact, login) {
  const page = await visitor.open("/");
  await page.locator("main").getByRole("link", { name: "企业账号申请" }).click();
  await page.fill("[name=uscc]", FIRM);
  await page.click("main form[method=post] button[type=submit]");
  for (const [name, value] of Object.entries({ contact, phone: "13805710000", login, password: PASSWORD, again: PASSWORD })) {
    await page.fill(`[name=${name}]`, value);
  }
  await page.click("main form[method=post] button[type=submit]");
  await page.waitForURL(/\/register\/[0-9A-Z]{16}/);
  return page.locator("main strong.is-code").innerText();
}

people.push(["two apply for one firm: the officer sees them side by side, opens one, and the other reads why not", async (browser, demo) => {
  const stranger = await Visitor.at(browser, demo, { viewport: PHONE });
  const number = await apply(stranger, "李某某", "stranger");
  const firm = await Visitor.at(browser, demo);
  await apply(firm, "陈管理", "thefirm");
  const officer = await Visitor.at(browser, demo);
  const { page } = await officer.signIn("keyuan");
  await officer.open("/account-requests/");
  await page.locator("main table tbody a", { hasText: "QZ-" }).first().click();
  await page.waitForURL(/account-requests\/[0-9A-Z]+/);
  const both = await page.locator("main").innerText();
  contains(both, "同一代码有 2 件申请", "the record");
  contains(both, "stranger", "the other applicant");
  contains(both, "thefirm", "the applicant");
  await officer.fits();
  // The one that is open on the page is the firm's, or its neighbour is.
  const own = await page.locator("main table tr", { hasText: "本件" }).innerText();
  if (!own.includes("thefirm")) await page.locator("main table a", { hasText: "另一件" }).click();
  await page.getByRole("link", { name: "核实无误，开通账号" }).click();
  await page.fill("[name=opinion]", "已按登记的电话回拨核实");
  await page.click("#go");
  await page.waitForSelector(".notice.is-warning");
  contains(await page.locator(".notice.is-warning").innerText(), "同时不予开通", "what is read before it is done");
  await page.click("#go");
  await page.waitForURL(/did=confirm/);
  await officer.leave();
  await stranger.open(`/register/${number}`);
  await stranger.page.fill("[name=password]", PASSWORD);
  await stranger.page.click("main form[method=post] button[type=submit]");
  contains(await stranger.page.locator("main").innerText(), "同一代码的另一件申请已经核实开通", "what the stranger reads");
  await stranger.fits();
  await stranger.leave();
  await firm.open("/login");
  await firm.page.fill("[name=login]", "thefirm");
  await firm.page.fill("[name=password]", PASSWORD);
  await firm.page.click("main form button[type=submit]");
  await firm.page.waitForURL(/\/home/);
  await firm.leave();
}]);
