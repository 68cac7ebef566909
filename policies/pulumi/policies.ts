import type {
  PolicyConfigSchema,
  Severity as SdkSeverity,
  StackValidation,
  StackValidationPolicy,
} from "@pulumi/policy";
import { atLeast, type Severity } from "../../model/finding.js";
import type { Rule } from "../../model/rule.js";
import { docsOf } from "../index.js";
import type { Round } from "./round.js";
import type { Rounds } from "./rounds.js";
import { type Service, services } from "./services.js";

/** One stack policy a rule, so that each has a level of its own, and those about the audit itself. */
export function policiesOf(rules: readonly Rule[], rounds: Rounds): StackValidationPolicy[] {
  return [...rules.map((rule) => ofRule(rule, rounds)), ...services.map((service) => ofService(service, rounds))];
}

function ofRule(rule: Rule, rounds: Rounds): StackValidationPolicy {
  const [first] = rule.standards;
  return {
    name: rule.id,
    displayName: displayName(rule.id),
    description: rule.title,
    enforcementLevel: atLeast(rule.severity, "high") ? "mandatory" : "advisory",
    severity: sdkSeverity(rule.severity),
    ...(first
      ? { framework: { name: first.source, version: "", reference: first.section, specification: first.asks } }
      : {}),
    tags: ["mail", "smtp-submission"],
    remediationSteps: rule.remedy,
    url: docsOf(rule),
    configSchema: schemaOf(rule.options),
    validateStack: reporting(rounds, (round) => round.violationsOf(rule)),
  };
}

function ofService(service: Service, rounds: Rounds): StackValidationPolicy {
  return {
    name: service.id,
    displayName: displayName(service.id),
    description: service.title,
    enforcementLevel: service.level,
    severity: sdkSeverity(service.severity),
    tags: ["mail", "audit"],
    remediationSteps: service.remedy,
    url: service.docs,
    configSchema: schemaOf(service.options),
    validateStack: reporting(rounds, (round) => round.reportOf(service)),
  };
}

function reporting(rounds: Rounds, violations: (round: Round) => ReturnType<Round["violationsOf"]>): StackValidation {
  return async (_, reportViolation) => {
    for (const { message, urn } of violations(await rounds.current())) reportViolation(message, urn);
  };
}

/**
 * The defaults stand in the description alone: the engine would fill them in, and then a default could not be told
 * from a setting that is meant to win over port587.yaml.
 */
function schemaOf(options: Rule["options"] = {}): PolicyConfigSchema {
  return {
    properties: Object.fromEntries(
      Object.entries(options).map(([name, { type, default: usual, description }]) => [
        name,
        { type: type as "integer" | "string", description: `${description} Default: ${JSON.stringify(usual)}.` },
      ]),
    ),
  };
}

function sdkSeverity(severity: Severity): SdkSeverity {
  return severity === "info" ? "low" : severity;
}

/** `tls-required` → `TLS required`. */
function displayName(id: string): string {
  const words = id.replaceAll("-", " ").replace(/\b(tls|smtp)\b/g, (word) => word.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
