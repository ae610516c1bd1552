// Headless Chromium from Debian, and a person in front of it whose console must stay silent.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";
// No network but ours: a browser that looks for updates only makes noise.
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
const STEP_MS = 10_000;
export const DESK = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };

export async function launch() {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: apt-get install chromium`);
  return chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS });
}

/** One person at one browser. */
export class Visitor {
  /**
   * @param {import("playwright-core").Browser} browser
   * @param {{ base: string, password: string }} demo
   * @param {import("playwright-core").BrowserContextOptions} [options]
   */
  static async at(browser, demo, options = {}) {
    const context = await browser.newContext({ viewport: DESK, locale: "zh-CN", timezoneId: "Asia/Shanghai", acceptDownloads: true, ...options });
    context.setDefaultTimeout(STEP_MS);
    if (options.javaScriptEnabled !== false) await context.addInitScript(watchPolicy);
    if (process.env.CANARY === "label") await context.addInitScript(dropLabels);
    const visitor = new Visitor(context, await context.newPage(), demo);
    visitor.listen(visitor.page);
    return visitor;
  }

  constructor(context, page, demo) {
    this.context = context;
    this.page = page;
    this.demo = demo;
    /** What the console said and must not have. */
    this.noise = [];
    /** Refusals that the journey itself provokes; the browser reports each as an error. */
    this.provoked = new Set();
  }

  listen(page) {
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      const text = message.text();
      const refused = /status of (4\d\d)/.exec(text);
      if (refused && this.provoked.has(Number(refused[1]))) return;
      this.noise.push(`${message.type()} at ${page.url()}: ${text}`);
    });
    page.on("pageerror", (error) => this.noise.push(`error at ${page.url()}: ${error.message}`));
    page.on("response", (answer) => {
      if (answer.status() >= 500) this.noise.push(`${answer.status()} ${answer.url()}`);
    });
  }

  /** Says beforehand which refusals come. */
  provoke(...statuses) {
    for (const status of statuses) this.provoked.add(status);
  }

  async open(path, status = 200) {
    if (status >= 400) this.provoke(status);
    const answer = await this.page.goto(this.demo.base + path);
    if (answer && answer.status() !== status) throw new Error(`${path}: ${answer.status()} instead of ${status}`);
    return this.page;
  }

  async signIn(login) {
    await this.open("/login");
    await this.page.fill("[name=login]", login);
    await this.page.fill("[name=password]", this.demo.password);
    await this.page.click("main form button[type=submit]");
    await this.page.waitForURL(/\/home/);
    return this;
  }

  /** The page does not scroll sideways. */
  async fits() {
    const { wide, room } = await this.page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      room: document.documentElement.clientWidth,
    }));
    if (wide > room) throw new Error(`${this.page.url()} is ${wide} px wide in ${room} px`);
  }

  async leave() {
    await this.context.close();
    if (this.noise.length) throw new Error(`the console was not silent:\n${this.noise.join("\n")}`);
  }
}

/** A breach of the content policy is an error, whatever the browser makes of it. */
function watchPolicy() {
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
  });
}

/** The planted fault: fields without their label. */
function dropLabels() {
  document.addEventListener("DOMContentLoaded", () => {
    for (const label of document.querySelectorAll("label[for]")) label.remove();
  });
}
