// Records that journeys work on: institutions, because they have text, dates, a personal name,
// files, and states both ways.
import { fresh } from "./check.mjs";

export const PATH = "/institutions";

/** Makes a record through its page and answers its address. */
export async function makeInstitution(visitor, name = fresh("旅程机构")) {
  const page = await visitor.open(`${PATH}/new`);
  await page.fill("[name=name]", name);
  await page.locator("[name=kinds][value=inspection]").check();
  await page.fill("[name=notice_no]", fresh("旅公"));
  await page.fill("[name=head]", "张三丰");
  await page.click("form.form .form-acts button[type=submit]");
  await page.waitForURL(/\/institutions\/[0-9A-Z]{13}/);
  return { name, path: new URL(page.url()).pathname };
}

/** Presses the button that saves. */
export async function save(page) {
  await page.click("form.form .form-acts button[type=submit]");
}
