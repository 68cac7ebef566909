import type { Evidence } from "../../model/evidence.js";

/** The grammar of a configuration: 2.4 names it in `dovecot_config_version`, its first setting. */
export type Syntax = "2.3" | "2.4";

/** Dovecot refuses to start with this configuration. */
export class Stops extends Error {
  constructor(readonly evidence: Evidence) {
    super(evidence.says);
  }
}

/** Settings or files that are not at hand decide everything. */
export class Undecided extends Error {
  constructor(
    readonly missing: readonly string[],
    readonly at: string,
  ) {
    super(missing.join(", "));
  }
}

export function stops(at: string, says: string): Stops {
  return new Stops({ kind: "code", at, says: `${says}: Dovecot does not start` });
}
