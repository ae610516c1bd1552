// The program under test: a demo in a folder of its own, on a free port of this machine.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Devices of the sample county. */
const DEVICES = 1500;
/** A demo that is not ready by then is broken. */
const READY_WITHIN_MS = 120_000;

/**
 * @param {string} program path of the server
 * @param {number} [devices]
 */
export async function startDemo(program, devices = DEVICES) {
  const folder = await mkdtemp(join(tmpdir(), "jinzhi-journeys-"));
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const options = ["demo", "--data", join(folder, "data"), "--listen", `127.0.0.1:${port}`, "--devices", String(devices)];
  const child = spawn(program, options, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => { said = (said + bytes).slice(-20_000); });
  }
  const ended = new Promise((resolve) => child.on("exit", resolve));
  /** Ends the service and leaves its data. */
  const halt = async () => {
    child.kill("SIGTERM");
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))]);
    child.kill("SIGKILL");
  };
  /** @param {() => void} [before] asked when nobody serves the data any more */
  const stop = async (before) => {
    await halt();
    before?.();
    await rm(folder, { recursive: true, force: true });
  };
  const begun = Date.now();
  for (;;) {
    const answer = await fetch(`${base}/readyz`).catch(() => null);
    // Firms and devices are made while the first pages are served.
    if (answer?.ok && said.includes("示例数据已装齐")) break;
    if (child.exitCode !== null || Date.now() - begun > READY_WITHIN_MS) {
      await stop();
      throw new Error(`the demo did not start:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { base, folder, halt, stop, said: () => said, password: /口令都是 (\S+)/.exec(said)?.[1] ?? "" };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
