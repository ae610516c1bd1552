// A demo served at a time that the journey chooses, by a program of the testkit.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startDemo } from "./demo.mjs";

const DEVICES = 60;

/**
 * Makes a demo with `program`, then serves its data with `later`.
 * @param {string} program path of the server
 * @param {string} later path of jinzhi-later
 */
export async function startLater(program, later) {
  if (!existsSync(later)) throw new Error(`${later} is not built: cargo build -p testkit --features later --bin jinzhi-later`);
  const demo = await startDemo(program, DEVICES);
  await demo.halt();
  const child = spawn(later, [join(demo.folder, "data"), demo.base.replace("http://", "")], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const first = await lines.next();
  if (first.value !== "serving") throw new Error("jinzhi-later does not serve");
  let ahead = 0;
  return {
    ...demo,
    /** The day in so many days, as it is in China: `[year, month, day]`. */
    today(days) {
      const day = new Date(Date.now() + (8 * 3600 + (ahead + days) * 86_400) * 1000);
      return [day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate()];
    },
    /** Moves the clock on and looks at the limits; answers the day that it is then. */
    async pass(days) {
      ahead += days;
      child.stdin.write(`+${days}\n`);
      const day = await lines.next();
      if (day.done) throw new Error("jinzhi-later stopped");
      return day.value;
    },
    /** @param {() => void} [before] */
    async stop(before) {
      child.kill("SIGKILL");
      await ended;
      await demo.stop(before);
    },
  };
}
