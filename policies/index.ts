import type { Rule } from "../model/rule.js";
import { announcedAuthentication } from "./rules/announced-authentication.js";
import { announcedName } from "./rules/announced-name.js";
import { announcedPortAnswers } from "./rules/announced-port-answers.js";
import { announcedSecurity } from "./rules/announced-security.js";
import { authBeforeTls } from "./rules/auth-before-tls.js";
import { authOnPort25 } from "./rules/auth-on-port-25.js";
import { authRequired } from "./rules/auth-required.js";
import { bannerVersion } from "./rules/banner-version.js";
import { bareNewline } from "./rules/bare-newline.js";
import { broadPortRule } from "./rules/broad-port-rule.js";
import { caaForbids } from "./rules/caa-forbids.js";
import { certificateExpiry } from "./rules/certificate-expiry.js";
import { certificateFile } from "./rules/certificate-file.js";
import { certificateStrength } from "./rules/certificate-strength.js";
import { certificateValid } from "./rules/certificate-valid.js";
import { clientKnownService } from "./rules/client-known-service.js";
import { clientSubmissionPort } from "./rules/client-submission-port.js";
import { clientTlsDowngrade } from "./rules/client-tls-downgrade.js";
import { clientTlsRequired } from "./rules/client-tls-required.js";
import { clientVerifiesCertificate } from "./rules/client-verifies-certificate.js";
import { commandInjection } from "./rules/command-injection.js";
import { deadMailRule } from "./rules/dead-mail-rule.js";
import { developmentCatcherExposed } from "./rules/development-catcher-exposed.js";
import { directSmtpEgress } from "./rules/direct-smtp-egress.js";
import { domainBogus } from "./rules/domain-bogus.js";
import { earlyPipelining } from "./rules/early-pipelining.js";
import { firewallDrift } from "./rules/firewall-drift.js";
import { implicitTls } from "./rules/implicit-tls.js";
import { legacyMailPorts } from "./rules/legacy-mail-ports.js";
import { listenerCutOff } from "./rules/listener-cut-off.js";
import { loginAccepted } from "./rules/login-accepted.js";
import { mtaStsPolicy } from "./rules/mta-sts-policy.js";
import { mustStaple } from "./rules/must-staple.js";
import { mxResolves } from "./rules/mx-resolves.js";
import { openRelay } from "./rules/open-relay.js";
import { passwordInPlainFile } from "./rules/password-in-plain-file.js";
import { providerBlock } from "./rules/provider-block.js";
import { receivedLine } from "./rules/received-line.js";
import { relayNetworkWide } from "./rules/relay-network-wide.js";
import { relayUnreachable } from "./rules/relay-unreachable.js";
import { returnPathPartial } from "./rules/return-path-partial.js";
import { reverseDns } from "./rules/reverse-dns.js";
import { ruleConflict } from "./rules/rule-conflict.js";
import { secureRenegotiation } from "./rules/secure-renegotiation.js";
import { starttlsBehindTlsListener } from "./rules/starttls-behind-tls-listener.js";
import { starttlsReadvertised } from "./rules/starttls-readvertised.js";
import { submissionExposed } from "./rules/submission-exposed.js";
import { submissionOnPort25 } from "./rules/submission-on-port-25.js";
import { submissionUnreachable } from "./rules/submission-unreachable.js";
import { submissionWithoutServer } from "./rules/submission-without-server.js";
import { submissionsPortMissing } from "./rules/submissions-port-missing.js";
import { testMessageAccepted } from "./rules/test-message-accepted.js";
import { tlsRequired } from "./rules/tls-required.js";
import { tlsRptRecord } from "./rules/tls-rpt-record.js";
import { tlsVersion } from "./rules/tls-version.js";
import { tlsWrapperOnStarttlsPort } from "./rules/tls-wrapper-on-starttls-port.js";
import { tlsaMatches } from "./rules/tlsa-matches.js";
import { tlsaSigned } from "./rules/tlsa-signed.js";
import { vrfyDiscloses } from "./rules/vrfy-discloses.js";
import { weakAuthMechanisms } from "./rules/weak-auth-mechanisms.js";
import { weakCipherSuites } from "./rules/weak-cipher-suites.js";
import { worldInDisguise } from "./rules/world-in-disguise.js";

/** Every rule, by id. A new rule is a file in rules/ and a line here. */
export const rules: readonly Rule[] = [
  announcedAuthentication,
  announcedName,
  announcedPortAnswers,
  announcedSecurity,
  authBeforeTls,
  authOnPort25,
  authRequired,
  bannerVersion,
  bareNewline,
  broadPortRule,
  caaForbids,
  certificateExpiry,
  certificateFile,
  certificateStrength,
  certificateValid,
  clientKnownService,
  clientSubmissionPort,
  clientTlsDowngrade,
  clientTlsRequired,
  clientVerifiesCertificate,
  commandInjection,
  deadMailRule,
  developmentCatcherExposed,
  directSmtpEgress,
  domainBogus,
  earlyPipelining,
  firewallDrift,
  implicitTls,
  legacyMailPorts,
  listenerCutOff,
  loginAccepted,
  mtaStsPolicy,
  mustStaple,
  mxResolves,
  openRelay,
  passwordInPlainFile,
  providerBlock,
  receivedLine,
  relayNetworkWide,
  relayUnreachable,
  returnPathPartial,
  reverseDns,
  ruleConflict,
  secureRenegotiation,
  starttlsBehindTlsListener,
  starttlsReadvertised,
  submissionExposed,
  submissionOnPort25,
  submissionUnreachable,
  submissionWithoutServer,
  submissionsPortMissing,
  testMessageAccepted,
  tlsRequired,
  tlsRptRecord,
  tlsVersion,
  tlsWrapperOnStarttlsPort,
  tlsaMatches,
  tlsaSigned,
  vrfyDiscloses,
  weakAuthMechanisms,
  weakCipherSuites,
  worldInDisguise,
];

export { docsOf, judge, judgements } from "./judge.js";
export { viewsOf } from "./views.js";
