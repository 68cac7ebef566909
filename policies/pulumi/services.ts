import type { Severity } from "../../model/finding.js";
import type { Rule } from "../../model/rule.js";
import type { ServiceId } from "./settings.js";

/** A policy about the audit itself: what it could not read, could not decide, or was told to accept. */
export interface Service extends Pick<Rule, "title" | "remedy" | "options"> {
  readonly id: ServiceId;
  readonly severity: Severity;
  readonly level: "advisory" | "mandatory";
  readonly docs: string;
}

const docs = "docs/pulumi.md";

export const services: readonly Service[] = [
  {
    id: "declaration",
    title: "port587.yaml says what the mail estate is meant to be",
    severity: "info",
    level: "advisory",
    remedy:
      "Put a port587.yaml beside Pulumi.yaml or above it, or name it with the option `path` of the policy `declaration`.",
    docs,
    options: {
      path: {
        type: "string",
        default: "port587.yaml",
        description: "Path of port587.yaml, relative to the directory of the Pulumi project.",
      },
    },
  },
  {
    id: "exemptions",
    title: "Accepted findings are shown, and every exemption is needed and still holds",
    severity: "info",
    level: "advisory",
    remedy: "Remove exemptions that are no longer needed from port587.yaml; decide expired ones again.",
    docs,
  },
  {
    id: "undecided",
    title: "Everything that the rules ask can be decided",
    severity: "low",
    level: "advisory",
    remedy: "Look again when the missing inputs are known, or give them as plain values.",
    docs,
  },
  {
    id: "unreadable-input",
    title: "Every input that port587 needs can be read",
    severity: "high",
    level: "mandatory",
    remedy: "Correct the input; a program that cannot be read cannot be judged.",
    docs,
  },
];
