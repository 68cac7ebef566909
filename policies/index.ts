import type { Rule } from "../model/rule.js";
import { authBeforeTls } from "./rules/auth-before-tls.js";
import { authRequired } from "./rules/auth-required.js";
import { bannerVersion } from "./rules/banner-version.js";
import { broadPortRule } from "./rules/broad-port-rule.js";
import { caaForbids } from "./rules/caa-forbids.js";
import { certificateExpiry } from "./rules/certificate-expiry.js";
import { certificateValid } from "./rules/certificate-valid.js";
import { clientSubmissionPort } from "./rules/client-submission-port.js";
import { clientTlsDowngrade } from "./rules/client-tls-downgrade.js";
import { clientTlsRequired } from "./rules/client-tls-required.js";
import { clientVerifiesCertificate } from "./rules/client-verifies-certificate.js";
import { commandInjection } from "./rules/command-injection.js";
import { deadMailRule } from "./rules/dead-mail-rule.js";
import { developmentCatcherExposed } from "./rules/development-catcher-exposed.js";
import { directSmtpEgress } from "./rules/direct-smtp-egress.js";
import { firewallDrift } from "./rules/firewall-drift.js";
import { implicitTls } from "./rules/implicit-tls.js";
import { legacyMailPorts } from "./rules/legacy-mail-ports.js";
import { mustStaple } from "./rules/must-staple.js";
import { openRelay } from "./rules/open-relay.js";
import { passwordInPlainFile } from "./rules/password-in-plain-file.js";
import { providerBlock } from "./rules/provider-block.js";
import { relayUnreachable } from "./rules/relay-unreachable.js";
import { returnPathPartial } from "./rules/return-path-partial.js";
import { reverseDns } from "./rules/reverse-dns.js";
import { ruleConflict } from "./rules/rule-conflict.js";
import { secureRenegotiation } from "./rules/secure-renegotiation.js";
import { starttlsBehindTlsListener } from "./rules/starttls-behind-tls-listener.js";
import { starttlsReadvertised } from "./rules/starttls-readvertised.js";
import { submissionExposed } from "./rules/submission-exposed.js";
import { submissionUnreachable } from "./rules/submission-unreachable.js";
import { submissionWithoutServer } from "./rules/submission-without-server.js";
import { tlsRequired } from "./rules/tls-required.js";
import { tlsVersion } from "./rules/tls-version.js";
import { tlsaMatches } from "./rules/tlsa-matches.js";
import { tlsaSigned } from "./rules/tlsa-signed.js";
import { vrfyDiscloses } from "./rules/vrfy-discloses.js";
import { weakCipherSuites } from "./rules/weak-cipher-suites.js";
import { worldInDisguise } from "./rules/world-in-disguise.js";

/** Every rule, by id. A new rule is a file in rules/ and a line here. */
export const rules: readonly Rule[] = [
  authBeforeTls,
  authRequired,
  bannerVersion,
  broadPortRule,
  caaForbids,
  certificateExpiry,
  certificateValid,
  clientSubmissionPort,
  clientTlsDowngrade,
  clientTlsRequired,
  clientVerifiesCertificate,
  commandInjection,
  deadMailRule,
  developmentCatcherExposed,
  directSmtpEgress,
  firewallDrift,
  implicitTls,
  legacyMailPorts,
  mustStaple,
  openRelay,
  passwordInPlainFile,
  providerBlock,
  relayUnreachable,
  returnPathPartial,
  reverseDns,
  ruleConflict,
  secureRenegotiation,
  starttlsBehindTlsListener,
  starttlsReadvertised,
  submissionExposed,
  submissionUnreachable,
  submissionWithoutServer,
  tlsRequired,
  tlsVersion,
  tlsaMatches,
  tlsaSigned,
  vrfyDiscloses,
  weakCipherSuites,
  worldInDisguise,
];

export { docsOf, judge } from "./judge.js";
export { viewsOf } from "./views.js";
