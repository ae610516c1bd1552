// One record: made, changed, refused, in conflict, acted on, revealed, attached to, looked back at.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contains, equal, fresh, holds } from "../lib/check.mjs";
import { Visitor } from "../lib/browser.mjs";
import { PATH, makeInstitution, save } from "../lib/records.mjs";

export const records = [
  ["a record is made with the keyboard alone", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("kezhang");
    await page.goto(`${demo.base}${PATH}/`);
    await page.keyboard.press("c");
    await page.waitForURL(/new$/);
    const name = fresh("键盘机构");
    const goTo = async (selector) => {
      for (let steps = 0; steps < 80; steps += 1) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
      }
      throw new Error(`Tab does not reach ${selector}`);
    };
    await goTo("[name=name]");
    await page.keyboard.type(name);
    await goTo("[name=kinds]");
    await page.keyboard.press("Space");
    await goTo("[name=notice_no]");
    await page.keyboard.type(fresh("键公"));
    await page.keyboard.press("Enter");
    await page.waitForURL(/institutions\/[0-9A-Z]{13}/);
    contains(await page.locator("h1").innerText(), name, "the heading");
    await visitor.leave();
  }],
  ["a mistake is told above and beside the field, mended, saved and in the history", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("kezhang");
    const { path } = await makeInstitution(visitor);
    await page.goto(`${demo.base}${path}/edit`);
    visitor.provoke(422);
    await page.fill("[name=scope]", "电梯监督检验");
    await page.fill("[name='valid_until.year']", "2027");
    await page.fill("[name='valid_until.month']", "13");
    await page.fill("[name='valid_until.day']", "1");
    await save(page);
    await page.waitForSelector(".error-summary");
    holds(await page.evaluate(() => document.activeElement?.classList.contains("error-summary")), "the summary has no focus");
    contains(await page.title(), "错误", "the title of the window");
    equal(await page.inputValue("[name=scope]"), "电梯监督检验", "what was typed beside the mistake");
    equal(await page.inputValue("[name='valid_until.month']"), "13", "the mistake itself");
    await page.locator(".error-summary a").first().click();
    const where = await page.evaluate(() => document.activeElement?.getAttribute("name"));
    contains(where, "valid_until", "the field the summary leads to");
    await page.fill("[name='valid_until.month']", "12");
    await save(page);
    await page.waitForSelector(".notice.is-success");
    contains(await page.locator("main").innerText(), "电梯监督检验", "the record");
    await page.goto(`${demo.base}${path}/history`);
    contains(await page.locator(".timeline").innerText(), "2027-12-01", "the history");
    await visitor.leave();
  }],
  ["what two people changed differently is shown field by field and nothing is lost", async (browser, demo) => {
    const [one, two] = [await Visitor.at(browser, demo), await Visitor.at(browser, demo)];
    await one.signIn("kezhang");
    await two.signIn("keyuan");
    const { path } = await makeInstitution(one);
    await one.open(`${path}/edit`);
    await two.open(`${path}/edit`);
    await one.page.fill("[name=scope]", "科长写的");
    await save(one.page);
    await one.page.waitForSelector(".notice.is-success");
    two.provoke(409, 412, 422);
    await two.page.fill("[name=scope]", "科员写的");
    await two.page.fill("[name=address]", "萧山区市心路 1 号");
    await save(two.page);
    await two.page.waitForSelector(".conflicts");
    const shown = await two.page.locator(".conflicts").innerText();
    contains(shown, "科长写的", "theirs");
    contains(shown, "科员写的", "mine");
    equal(await two.page.locator(".conflicts fieldset").count(), 1, "fields in conflict");
    equal(await two.page.inputValue("[name=address]"), "萧山区市心路 1 号", "what nobody else touched");
    await two.page.locator(".conflicts input[value=theirs]").check();
    await save(two.page);
    await two.page.waitForSelector(".notice.is-success");
    const now = await two.page.locator("main").innerText();
    contains(now, "科长写的", "the choice");
    contains(now, "市心路", "the other field");
    await one.leave();
    await two.leave();
  }],
  ["an action asks for its reason, and its reason stands in the history", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("kezhang");
    const { path } = await makeInstitution(visitor);
    await page.goto(`${demo.base}${path}`);
    await page.getByRole("link", { name: "暂停" }).click();
    await page.waitForURL(/do\/suspend/);
    visitor.provoke(422);
    await page.click("main form .form-acts button[type=submit], main form button.is-primary");
    await page.waitForSelector(".error-summary");
    await page.fill("[name=reason]", "旅程里的理由");
    await page.click("main form .form-acts button[type=submit], main form button.is-primary");
    await page.waitForURL(/ok=suspend/);
    contains(await page.locator(".record-marks").innerText(), "暂停", "the state");
    await page.goto(`${demo.base}${path}/history`);
    contains(await page.locator(".timeline").innerText(), "旅程里的理由", "the history");
    await visitor.leave();
  }],
  ["a personal value is masked until somebody asks with a reason", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("kezhang");
    const { path } = await makeInstitution(visitor);
    await page.goto(`${demo.base}${path}`);
    const before = await page.locator("main").innerText();
    holds(!before.includes("张三丰") && before.includes("张*"), "the name is not masked");
    await page.locator("a[href$='/reveal/head']").click();
    visitor.provoke(422);
    await page.click("main form button.is-primary");
    await page.waitForSelector("[aria-invalid=true], .error-summary, .field-error, .notice.is-error");
    await page.fill("[name=reason]", "核对负责人");
    await page.click("main form button.is-primary");
    await page.waitForSelector(".revealed");
    equal(await page.locator(".revealed").innerText(), "张三丰", "the name");
    await page.goto(`${demo.base}${path}`);
    holds(!(await page.locator("main").innerText()).includes("张三丰"), "the name stays open");
    await visitor.leave();
  }],
  ["a file is attached and comes back the same", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("kezhang");
    const { path } = await makeInstitution(visitor);
    const content = Buffer.concat([Buffer.from("%PDF-1.4\n"), Buffer.alloc(50_000, 7), Buffer.from("\n%%EOF\n")]);
    await page.goto(`${demo.base}${path}/edit`);
    await page.setInputFiles("[name=files]", { name: "核准证.pdf", mimeType: "application/pdf", buffer: content });
    await save(page);
    await page.waitForSelector(".notice.is-success");
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "核准证.pdf" }).click()]);
    const { readFile } = await import("node:fs/promises");
    holds((await readFile(await download.path())).equals(content), "the file came back changed");
    await visitor.leave();
  }],
  ["a file of the wrong sort is refused in words, and what was typed stays", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("kezhang");
    const { path } = await makeInstitution(visitor);
    await page.goto(`${demo.base}${path}/edit`);
    visitor.provoke(415, 422);
    await page.fill("[name=scope]", "还在");
    await page.setInputFiles("[name=files]", { name: "a.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ") });
    await save(page);
    await page.waitForSelector(".error-summary");
    equal(await page.inputValue("[name=scope]"), "还在", "what was typed");
    await visitor.leave();
  }],
  ["typing that was left is offered again", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("kezhang");
    await page.goto(`${demo.base}${PATH}/new`);
    await page.fill("[name=scope]", "没写完的核准项目");
    await page.waitForTimeout(600);
    await page.goto(`${demo.base}/home`);
    await page.goto(`${demo.base}${PATH}/new`);
    await page.click("[data-draft-restore]");
    equal(await page.inputValue("[name=scope]"), "没写完的核准项目", "the draft");
    await visitor.leave();
  }],
  ["what was typed outlives the end of the session", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("kezhang");
    const { path } = await makeInstitution(visitor);
    await page.goto(`${demo.base}${path}/edit`);
    await page.fill("[name=scope]", "会话过期前写的");
    visitor.provoke(401);
    await visitor.context.clearCookies();
    await save(page);
    await page.waitForURL(/login/);
    await page.fill("[name=login]", "kezhang");
    await page.fill("[name=password]", demo.password);
    await page.click("main form button[type=submit]");
    await page.waitForURL(/edit/);
    equal(await page.inputValue("[name=scope]"), "会话过期前写的", "what was typed");
    await save(page);
    await page.waitForSelector(".notice.is-success");
    contains(await page.locator("main").innerText(), "会话过期前写的", "the record");
    await visitor.leave();
  }],
  ["the same form sent twice makes one record", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("kezhang");
    const name = fresh("两次机构");
    await page.goto(`${demo.base}${PATH}/new`);
    await page.fill("[name=name]", name);
    await page.locator("[name=kinds][value=inspection]").check();
    await page.fill("[name=notice_no]", fresh("两公"));
    const [first, second] = await page.evaluate(async () => {
      const form = /** @type {HTMLFormElement} */ (document.querySelector("form.form"));
      const send = async () => new URL((await fetch(form.action, { method: "POST", body: new FormData(form) })).url).pathname;
      return [await send(), await send()];
    });
    holds(/institutions\/[0-9A-Z]{13}/.test(first), `the answer leads to ${first}`);
    equal(second, first, "where the second answer leads");
    await page.goto(`${demo.base}${PATH}/?q=${encodeURIComponent(name)}`);
    equal(await page.locator("#list a[data-open]").count(), 1, `records called ${name}`);
    await visitor.leave();
  }],
  ["a record is looked at as of a moment before it changed", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("kezhang");
    const { path } = await makeInstitution(visitor);
    await visitor.open(`${path}?as_of=2020-01-01`, 404);
    const before = new Date().toISOString();
    await page.waitForTimeout(50);
    await page.goto(`${demo.base}${path}/edit`);
    await page.fill("[name=scope]", "后来写的");
    await save(page);
    await page.waitForSelector(".notice.is-success");
    await visitor.open(`${path}?as_of=${before}`);
    await page.waitForSelector(".notice.is-warning");
    holds(!(await page.locator("main").innerText()).includes("后来写的"), "what was written later is shown");
    equal(await page.locator("a[href$='/edit']").count(), 0, "links to edit the past");
    await visitor.leave();
  }],
  ["a table with a wrong row goes in, comes back with remarks, and is undone", async (browser, demo) => {
    const visitor = await Visitor.at(browser, demo);
    const { page } = await visitor.signIn("kezhang");
    const [a, b] = [fresh("导入机构"), fresh("导入机构")];
    const file = join(demo.folder, "institutions.csv");
    const lines = [
      "核准证编号,机构名称,机构类别,有效期至",
      `TS7110991-2029,${a},特种设备检验机构,2029-01-01`,
      `TS7110992-2029,${b},特种设备检验机构,2029-13-41`,
    ];
    await writeFile(file, lines.join("\r\n") + "\r\n");
    await page.goto(`${demo.base}${PATH}/import`);
    await page.setInputFiles("[name=file]", file);
    await page.click("form.form .form-acts button[type=submit]");
    await page.waitForURL(/import\/[0-9A-Z]+/);
    await settled(page);
    const tried = page.url();
    await page.click("main form.inline button.is-primary");
    await page.waitForURL((url) => url.href !== tried);
    await settled(page);
    equal((await page.locator("dl.counts dd").allInnerTexts()).join(), "1,0,0,1", "new, changed, same, wrong");
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("a[href$='/wrong']").click()]);
    const { readFile } = await import("node:fs/promises");
    const wrong = (await readFile(await download.path())).toString();
    holds(wrong.includes(b) && !wrong.includes(a), `the copy of wrong rows: ${wrong}`);
    const job = page.url();
    const found = async () => {
      await page.goto(`${demo.base}${PATH}/?q=${encodeURIComponent(a)}`);
      return page.locator("#list a[data-open]").count();
    };
    equal(await found(), 1, "the good row");
    await page.goto(job);
    await page.click("main a.is-grave[href$='/undo']");
    // It says first how many records go.
    await page.waitForURL(/\/undo$/);
    await page.click("main form button.is-grave");
    await page.waitForSelector(".notice.is-success");
    equal(await found(), 0, "the good row after undoing");
    await visitor.leave();
  }],
];

/** Waits until the import on the page is over. */
async function settled(page) {
  for (let tries = 0; tries < 40; tries += 1) {
    if (await page.locator("#progress[data-done]").count()) {
      await page.reload();
      return;
    }
    await page.waitForTimeout(250);
  }
  throw new Error("the import does not end");
}
