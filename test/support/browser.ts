import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PATHS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The Chromium of this machine; null where there is none. In CI there has to be one. */
const chromiumPath: string | null = PATHS.find((path) => path !== undefined && existsSync(path)) ?? null;

/** Whether tests that need a browser are left out here. */
export const withoutBrowser: boolean = chromiumPath === null && !process.env.CI;

/** Starts it without anything that would use the network by itself. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? "chromium is missing: set CHROMIUM to its path",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
