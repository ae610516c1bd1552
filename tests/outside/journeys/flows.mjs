// A matter from door to door: the enterprise at its phone, town, section, the public.
import { spawnSync } from "node:child_process";
import { Visitor, PHONE } from "../lib/browser.mjs";
import { contains, equal, holds } from "../lib/check.mjs";
import { clicks } from "../lib/clicks.mjs";

const REPORTS = "/equipment-reports";
/** The town in which the sample town officer works, as a person types it. */
const TOWN = "和庄街道";

/** A picture that a phone could have taken. */
export async function photo(page, name) {
  return { name, mimeType: "image/jpeg", buffer: await page.screenshot({ type: "jpeg", quality: 50 }) };
}

/** Reports a new lift on a phone-sized page and answers the address of the report. */
export async function reportLift(visitor, count, code, site) {
  const { page } = visitor;
  await visitor.open("/home");
  await count.click(".door-acts a[href*='what=add']");
  await page.fill("[name=code]", code);
  await page.fill("[name=product_no]", `L-${code.slice(-6)}`);
  await page.fill("[name=maker_licence]", "TS2310412-2029");
  await page.fill("[name=maker_name]", "杭州凌云电梯制造有限公司");
  for (const [part, value] of [["year", "2026"], ["month", "6"], ["day", "1"]]) await page.fill(`[name='made_on.${part}']`, value);
  await page.fill("[name=place]", TOWN);
  await page.fill("[name=site_given]", site);
  count.add("the camera");
  await page.setInputFiles("[name=plate_photos]", await photo(page, "铭牌.jpg"));
  await count.click("form.form .form-acts button[type=submit]");
  await page.waitForURL(/equipment-reports\/[0-9A-Z]{13}/);
  await visitor.fits();
  return new URL(page.url()).pathname;
}

/** Takes an action of a record with its page, pictures and words. */
export async function act(visitor, path, action, { files = "", reason = "" } = {}) {
  const { page } = visitor;
  await visitor.open(`${path}/do/${action}`);
  if (files) await page.setInputFiles(`[name=${files}]`, await photo(page, "现场.jpg"));
  if (reason) await page.fill("[name=reason]", reason);
  await go(page);
}

/** Presses the button of an act, and once more when what was typed is read back before it is done. */
export async function go(page) {
  const done = ".notice.is-success";
  await page.click("#go");
  // A click does not wait for the page that it opens.
  await page.waitForSelector(`${done}, input[name=_checked]`, { state: "attached" });
  if (await page.locator("input[name=_checked]").count()) await page.click("#go");
  await page.waitForSelector(done);
}

async function person(browser, demo, login, options) {
  const visitor = await Visitor.at(browser, demo, options);
  await visitor.signIn(login);
  return visitor;
}

export const flows = [
  ["a new lift goes from the enterprise's phone to the register, with a return, and all can follow", async (browser, demo) => {
    const firm = await person(browser, demo, "qiye", { viewport: PHONE });
    const path = await reportLift(firm, clicks(firm), "311010412202600731", "工人路 31 号 1 号楼 1#");
    contains(await firm.page.locator(".course").innerText(), "正由", "whose turn it is");

    const town = await person(browser, demo, "zhenjie", { viewport: PHONE });
    await town.open("/todo");
    contains(await town.page.locator("main").innerText(), "已上报", "the town's list");
    await act(town, path, "return", { reason: "请补充使用单位内部编号" });
    await firm.open("/todo");
    contains(await firm.page.locator("main").innerText(), "退回企业", "the firm's list after the return");
    await firm.open(path);
    contains(await firm.page.locator(".course").innerText(), "请补充使用单位内部编号", "why it came back");
    await firm.open(`${path}/do/submit`);
    await firm.page.fill("[name=internal_no]", "1#");
    await go(firm.page);

    await act(town, path, "check", { files: "town_photos" });
    const section = await person(browser, demo, "keyuan");
    await act(section, path, "confirm");

    // The register shows it, to the bureau and to the firm.
    await section.open("/equipment/?code=311010412202600731");
    contains(await section.page.locator("main").innerText(), "311010412202600731", "the register");
    await firm.open(path);
    contains(await firm.page.locator("main").innerText(), "已确认", "the report at the firm");
    const number = await firm.page.locator(".course .card-head a").getAttribute("href");

    // Anybody follows it by its number, without a word about a person.
    const anybody = await Visitor.at(browser, demo, { viewport: PHONE });
    await anybody.open(String(number));
    await anybody.fits();
    const told = await anybody.page.locator("main").innerText();
    for (const step of ["已上报", "退回企业", "镇街已核查", "已确认"]) contains(told, step, "the public page");
    for (const name of ["陈管理", "冯质监", "周科员", "请补充"]) holds(!told.includes(name), `the public page names ${name}`);
    for (const visitor of [firm, town, section, anybody]) await visitor.leave();
  }],
  ["after an act the next item opens, and taking back brings it home, with scripts and without", async (browser, demo) => {
    for (const javaScriptEnabled of [true, false]) {
      const visitor = await person(browser, demo, "keyuan", { javaScriptEnabled });
      const { page } = visitor;
      await visitor.open("/todo");
      const first = page.locator("a[data-open]", { hasText: "ZJ-" }).first();
      const name = (await first.innerText()).split(" ")[0];
      const at = await first.getAttribute("href");
      await visitor.open(`${at}/do/approve`);
      await page.click("#go");
      await page.waitForSelector("form.undo");
      holds(!page.url().includes(String(at).split("/").pop()) || page.url().includes("did="), "nothing else opened");
      contains(await page.locator(".notice.is-success").innerText(), name, "what was done");
      if (javaScriptEnabled) await page.waitForFunction(() => /^[1-8] 秒/.test(document.querySelector("[data-left]")?.textContent ?? ""));
      await page.click("form.undo button");
      await page.waitForURL((url) => url.search.includes("did=undo"));
      contains(await page.locator(".course").innerText(), "轮到您办理", "the course after taking back");
      await visitor.leave();
    }
  }],
  ["the count in the menu follows what another does, without a reload", async (browser, demo) => {
    const watcher = await person(browser, demo, "keyuan");
    const count = async () => Number(await watcher.page.locator(".side [data-waits]").innerText());
    const before = await count();
    const colleague = await person(browser, demo, "keyuan");
    await colleague.open("/todo");
    const at = await colleague.page.locator("a[data-open]", { hasText: "ZJ-" }).last().getAttribute("href");
    await act(colleague, String(at), "approve");
    await watcher.page.waitForFunction((n) => document.querySelector(".side [data-waits]")?.textContent === String(n), before - 1);
    equal(await count(), before - 1, "the count");
    await watcher.leave();
    await colleague.leave();
  }],
];

/** The ledger of the demo is whole; asked when nobody serves it any more. */
export function verify(program, folder) {
  const done = spawnSync(program, ["ledger", "verify", "--data", folder], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`the ledger does not verify:\n${done.stdout}${done.stderr}`);
}
