import type { Rule } from "../model/rule.js";
import { authBeforeTls } from "./rules/auth-before-tls.js";
import { authRequired } from "./rules/auth-required.js";
import { broadPortRule } from "./rules/broad-port-rule.js";
import { certificateExpiry } from "./rules/certificate-expiry.js";
import { certificateValid } from "./rules/certificate-valid.js";
import { directSmtpEgress } from "./rules/direct-smtp-egress.js";
import { firewallDrift } from "./rules/firewall-drift.js";
import { implicitTls } from "./rules/implicit-tls.js";
import { openRelay } from "./rules/open-relay.js";
import { relayUnreachable } from "./rules/relay-unreachable.js";
import { returnPathPartial } from "./rules/return-path-partial.js";
import { submissionExposed } from "./rules/submission-exposed.js";
import { submissionUnreachable } from "./rules/submission-unreachable.js";
import { tlsRequired } from "./rules/tls-required.js";
import { tlsVersion } from "./rules/tls-version.js";

/** Every rule, by id. A new rule is a file in rules/ and a line here. */
export const rules: readonly Rule[] = [
  authBeforeTls,
  authRequired,
  broadPortRule,
  certificateExpiry,
  certificateValid,
  directSmtpEgress,
  firewallDrift,
  implicitTls,
  openRelay,
  relayUnreachable,
  returnPathPartial,
  submissionExposed,
  submissionUnreachable,
  tlsRequired,
  tlsVersion,
];

export { docsOf, judge } from "./judge.js";
