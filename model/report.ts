import type { Fact } from "./fact.js";
import type { Finding, Severity, Verdict } from "./finding.js";
import type { MailProduct } from "./mail.js";
import type { Notice } from "./network.js";
import type { DomainObservation, Observation } from "./observation.js";
import type { ProfileResult } from "./profile.js";

/** Something that was read, and the digest that lets an auditor check it years later. */
export interface Input {
  /** Path as given, or `aws:eu-west-1`. */
  readonly name: string;
  readonly kind:
    | "pulumi-state"
    | "pulumi-preview"
    | "terraform-plan"
    | "terraform-state"
    | MailProduct
    | "host-firewall"
    | "kubernetes"
    | "mail-client"
    | "compose"
    | "not-evaluated"
    | "ansible"
    | "tls-scan"
    | "port587.yaml"
    | "aws"
    | "live";
  /** Of the file; of a directory, over its files' names and contents in order. Absent for live inputs. */
  readonly sha256?: string;
  /** Why it could not be read: nothing in the report speaks of it. */
  readonly problem?: string;
}

/** One endpoint that was probed: its steps, and the verdict in one plain sentence with what to do about it. */
export interface Probe extends Omit<Observation, "facts" | "addresses"> {
  readonly conclusion: string;
  /** What follows "Port 587" where one says it in passing: `works`. */
  readonly inShort: string;
  readonly advice: readonly string[];
}

/** One mail domain that was asked about: a line for each question, and the verdict. */
export interface DomainReport extends Omit<DomainObservation, "facts"> {
  readonly conclusion: string;
  readonly advice: readonly string[];
}

export interface Summary {
  readonly status: Readonly<Record<Finding["status"], number>>;
  readonly verdict: Readonly<Record<Verdict, number>>;
  /** Failed findings only. */
  readonly severity: Readonly<Record<Severity, number>>;
  /** Exit code of the command and why, in one sentence. */
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly because: string;
}

/** What every report format renders; as JSON, with each transcript once, it is `schemas/report.schema.json`. */
export interface Report {
  readonly schemaVersion: 2;
  readonly tool: { readonly name: "port587"; readonly version: string };
  /** ISO 8601 instant. */
  readonly startedAt: string;
  readonly inputs: readonly Input[];
  /** What in the inputs is not judged, or not as it is written; absent when there is nothing. */
  readonly notices?: readonly Notice[];
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  /** Empty when nothing was probed. */
  readonly probes: readonly Probe[];
  /** Empty when no domain was asked about. */
  readonly domains: readonly DomainReport[];
  /** The standards that were asked for; absent when none was. */
  readonly profiles?: readonly ProfileResult[];
  readonly summary: Summary;
}
