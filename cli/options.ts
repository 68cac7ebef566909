import { readFileSync } from "node:fs";
import { InputError } from "../model/errors.js";
import { type Severity, severities } from "../model/finding.js";
import { nearest } from "../model/nearest.js";
import type { Profile } from "../policies/profiles/index.js";

/** What `check` and `audit --live` share. */
export interface ProbeFlags {
  connectTo?: string[];
  ca?: string;
  resolver?: string;
  timeout?: string;
  concurrency?: string;
  perHost?: string;
  inventory?: boolean;
  enumerate?: boolean;
  control?: string[];
  from?: string[];
}

/** @throws InputError where a flag asks for one connection and another for many. */
export function checkDepth({ inventory, enumerate }: ProbeFlags): void {
  if (inventory && enumerate)
    throw new InputError("--enumerate", "does not go with --inventory, which makes one connection", "Leave one out.");
}

/** The standards that `--profile` names, each once. */
export async function parseProfiles(names: readonly string[] = []): Promise<Profile[]> {
  if (names.length === 0) return [];
  const { profiles } = await import("../policies/profiles/index.js");
  return [...new Set(names)].map((name) => {
    const profile = profiles.find((each) => each.name === name);
    if (profile) return profile;
    const known = profiles.map((each) => each.name);
    const close = nearest(name, known);
    throw new InputError(
      "--profile",
      `there is no profile "${name}"`,
      close ? `Did you mean ${close}?` : `Profiles: ${known.join(", ")}.`,
    );
  });
}

export function parseSeverity(text: string): Severity {
  const severity = severities.find((each) => each === text);
  if (severity) return severity;
  const close = nearest(text, severities);
  throw new InputError(
    "--fail-on",
    `"${text}" is not a severity`,
    close ? `Did you mean ${close}?` : `Severities: ${severities.join(", ")}.`,
  );
}

/** PEM certificates of a file, to trust beside the system's; one small file, read before there is anything to wait for. */
export function readAnchors(path: string | undefined): string[] {
  if (path === undefined) return [];
  const text = textOf(path);
  const anchors = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  if (!anchors)
    throw new InputError(
      path,
      "holds no PEM certificate",
      "Name a file with certificates between BEGIN CERTIFICATE and END CERTIFICATE lines.",
    );
  return anchors;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(path, `cannot be read (${code})`, "Name a file with PEM certificates.");
  }
}

/** Seconds on the command line, milliseconds within. */
export function parseTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 600))
    throw new InputError("--timeout", `"${text}" is not a number of seconds`, "Write a number above 0 and up to 600.");
  return seconds * 1000;
}

/** A number of connections, 1 to 1000. */
export function parseCount(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1000)
    throw new InputError(flag, `"${text}" is not a number of connections`, "Write a whole number from 1 to 1000.");
  return count;
}
