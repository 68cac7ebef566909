import type { Evidence } from "../../model/evidence.js";

/** Exim refuses the configuration: the daemon ends before it serves anyone. */
export class Refused extends Error {
  readonly evidence: Evidence;

  constructor(
    readonly reason: string,
    at: string,
  ) {
    super(`${at}: ${reason}`);
    this.evidence = { kind: "code", at, says: `${reason}: Exim does not start` };
  }
}

/** The files do not decide it; `missing` names what would. */
export class Undecided extends Error {
  readonly missing: readonly string[];

  constructor(...missing: readonly string[]) {
    super(`undecided: ${missing.join(", ")}`);
    this.missing = missing;
  }
}
