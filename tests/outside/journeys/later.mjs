// Limits that pass: the clock is moved on while a matter waits.
import { Visitor, PHONE } from "../lib/browser.mjs";
import { contains, equal, holds } from "../lib/check.mjs";
import { clicks } from "../lib/clicks.mjs";
import { act, go, photo, reportLift } from "./flows.mjs";

const CODE = "311010412202600741";
/** The enterprise of the sample person, which lies in the area of the sample station. */
const FIRM = "91330109MA21002120";
/** More than the three working days of the town, whatever holidays lie within. */
const OVER = 20;

/** Days pass and sessions end with them: everybody signs in anew. */
async function person(browser, demo, login, options) {
  const visitor = await Visitor.at(browser, demo, options);
  await visitor.signIn(login);
  return visitor;
}

/** Fills the three boxes of a day `[year, month, day]`. */
async function fillDay(page, name, day) {
  for (const [at, part] of ["year", "month", "day"].entries()) await page.fill(`[name='${name}.${part}']`, String(day[at]));
}

/** What stands in the middle of a page. */
async function told(visitor, path) {
  await visitor.open(path);
  await visitor.fits();
  return visitor.page.locator("main").innerText();
}

export const later = [
  ["a step goes past its limit: the desk, the head and the public see it, and the late step stays late", async (browser, demo) => {
    let firm = await person(browser, demo, "qiye", { viewport: PHONE });
    const path = await reportLift(firm, clicks(firm), CODE, "工人路 41 号 1 号楼 1#");
    const number = String(await firm.page.locator(".course .card-head a").getAttribute("href"));
    await firm.leave();
    await demo.pass(OVER);

    const town = await person(browser, demo, "zhenjie", { viewport: PHONE });
    contains(await told(town, "/todo"), "已超期", "the town's list");
    contains(await told(town, "/notices"), "黄牌", "what the town was told");
    const anybody = await Visitor.at(browser, demo, { viewport: PHONE });
    contains(await told(anybody, number), "超期", "the public page while it is late");
    await act(town, path, "check", { files: "town_photos" });
    const section = await person(browser, demo, "keyuan");
    await act(section, path, "confirm");
    contains(await told(section, `/equipment/?code=${CODE}`), CODE, "the register");
    firm = await person(browser, demo, "qiye", { viewport: PHONE });
    contains(await told(firm, path), "已确认", "the report at the firm");
    const course = await told(anybody, number);
    contains(course, "超期", "the public page afterwards");
    for (const name of ["陈管理", "冯质监", "周科员"]) holds(!course.includes(name), `the public page names ${name}`);
    for (const visitor of [firm, town, section, anybody]) await visitor.leave();
  }],
  ["an order runs past its day, is urged, answered with pictures, looked at again and closed", async (browser, demo) => {
    let station = await person(browser, demo, "zhansuo", { viewport: PHONE });
    let { page } = station;
    await station.open("/rectifications/new");
    await page.check("[name=_state][value=for_issue]");
    await page.fill("[name=entity]", FIRM);
    await fillDay(page, "due_on", demo.today(10));
    await page.click("button[name=_add][value=findings]");
    await page.fill("[name='findings[0].item']", "安全阀铅封破损");
    await page.setInputFiles("[name=before_photos]", await photo(page, "改前.jpg"));
    await page.click("form.form .form-acts button[type=submit]");
    await page.waitForURL(/rectifications\/[0-9A-Z]{13}/);
    const path = new URL(page.url()).pathname;
    await station.leave();

    let section = await person(browser, demo, "keyuan");
    await section.open(`${path}/do/issue`);
    await section.page.fill("[name=order_no]", "萧市监改〔2026〕901号");
    await go(section.page);
    await section.leave();
    let firm = await person(browser, demo, "qiye", { viewport: PHONE });
    await act(firm, path, "receive");
    await firm.leave();

    await demo.pass(12);
    section = await person(browser, demo, "keyuan");
    contains(await told(section, path), "逾期", "the order after its day");
    if ((await section.page.locator(`a[href$='${path}/do/expire']`).count()) > 0) await act(section, path, "expire");
    await section.open(`${path}/do/urge`);
    await fillDay(section.page, "due_on", demo.today(10));
    await section.page.fill("[name=reason]", "企业称配件未到，再给十日");
    await go(section.page);
    await section.leave();

    firm = await person(browser, demo, "qiye", { viewport: PHONE });
    ({ page } = firm);
    await firm.open(`${path}/do/report`);
    await page.fill("[name='findings[0].measure']", "已更换铅封并重新校验");
    await fillDay(page, "findings[0].done_on", demo.today(0));
    await page.fill("[name='findings[0].person']", "陈管理");
    await page.setInputFiles("[name=after_photos]", await photo(page, "改后.jpg"));
    await go(page);
    await firm.leave();

    station = await person(browser, demo, "zhansuo", { viewport: PHONE });
    ({ page } = station);
    await act(station, path, "take");
    await station.open(`${path}/do/pass`);
    await page.selectOption("[name='findings[0].result']", "passed");
    await page.selectOption("[name=recheck_way]", { index: 1 });
    await page.fill("[name=rechecker]", "王巡查");
    await go(page);
    section = await person(browser, demo, "keyuan");
    await act(section, path, "close");
    contains(await told(section, path), "已销案", "the order at its end");
    for (const name of ["改前.jpg", "改后.jpg"]) contains(await told(section, path), name, "the pictures");
    for (const visitor of [station, section]) await visitor.leave();
  }],
];
