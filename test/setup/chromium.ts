import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const executablePath = "/usr/bin/chromium";

/** Undefined when Debian's chromium is here or root could install it, else what is missing. */
export function lacksChromium(): string | undefined {
  if (existsSync(executablePath)) return undefined;
  if (process.getuid?.() !== 0) return "chromium is not installed, and only root can install it";
  try {
    execFileSync("apt-get", ["update", "-qq"], { stdio: "ignore", timeout: 120_000 });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], {
      stdio: "ignore",
      timeout: 600_000,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch {
    return "chromium could not be installed with apt-get";
  }
  return existsSync(executablePath) ? undefined : `apt-get did not bring ${executablePath}`;
}

/** A headless browser that calls nobody by itself; end it with `close()`. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
}
