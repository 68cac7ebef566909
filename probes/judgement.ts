import type { FactValues } from "../model/fact.js";
import { judgeAuthBeforeTls, judgeAuthGate, judgeMechanisms, judgeRelay, judgeVrfy } from "./judge-access.js";
import { judgeInjection, judgeStarttlsTwice } from "./judge-injection.js";
import { judgeBannerVersion, judgeGreeting, judgeKeywords, judgeListening } from "./judge-listening.js";
import { judgeLogin, judgeMessage } from "./judge-login.js";
import { judgeCipherSuites, judgeStaple, judgeTlsExtensions, judgeWeakSuites } from "./judge-tls.js";
import {
  type CertificateJudgement,
  judgeImplicitTls,
  judgeSeenCertificate,
  judgeStarttls,
  judgeTlsGate,
  judgeTlsVersions,
} from "./judge-transport.js";
import type { Run } from "./run.js";
import type { Judged, Seen } from "./seen.js";

/** What the sessions say, by the name of the fact, in the order of the vocabulary. */
export interface Judgement {
  readonly listening: Judged<FactValues["listening"]>;
  readonly greeting: Judged<FactValues["greeting"]>;
  readonly ehloKeywords: Judged<FactValues["ehloKeywords"]>;
  readonly starttlsOffered: Judged<FactValues["starttlsOffered"]>;
  readonly implicitTls: Judged<FactValues["implicitTls"]>;
  readonly tlsGate: Judged<FactValues["tlsGate"]>;
  readonly tlsVersions: Judged<FactValues["tlsVersions"]>;
  readonly certificate: CertificateJudgement;
  readonly authBeforeTls: Judged<FactValues["authBeforeTls"]>;
  readonly authMechanisms: Judged<FactValues["authMechanisms"]>;
  readonly authGate: Judged<FactValues["authGate"]>;
  readonly relay: Judged<FactValues["relay"]>;
  readonly weakSuites: Judged<FactValues["weakSuites"]>;
  readonly cipherSuites: Judged<FactValues["cipherSuites"]>;
  readonly ocspStaple: Judged<FactValues["ocspStaple"]>;
  readonly tlsExtensions: Judged<FactValues["tlsExtensions"]>;
  readonly commandInjection: Judged<FactValues["commandInjection"]>;
  readonly starttlsTwice: Judged<FactValues["starttlsTwice"]>;
  readonly vrfy: Judged<FactValues["vrfy"]>;
  readonly bannerVersion: Judged<FactValues["bannerVersion"]>;
  readonly login: Judged<FactValues["login"]>;
  readonly testMessage: Judged<FactValues["testMessage"]>;
}

export function judge(run: Run, seen: Seen): Judgement {
  return {
    listening: judgeListening(seen),
    greeting: judgeGreeting(seen),
    ehloKeywords: judgeKeywords(seen),
    starttlsOffered: judgeStarttls(seen),
    implicitTls: judgeImplicitTls(seen),
    tlsGate: judgeTlsGate(seen),
    tlsVersions: judgeTlsVersions(seen),
    certificate: judgeSeenCertificate(run, seen),
    authBeforeTls: judgeAuthBeforeTls(seen),
    authMechanisms: judgeMechanisms(seen),
    authGate: judgeAuthGate(seen),
    relay: judgeRelay(seen),
    weakSuites: judgeWeakSuites(seen),
    cipherSuites: judgeCipherSuites(seen),
    ocspStaple: judgeStaple(run, seen),
    tlsExtensions: judgeTlsExtensions(seen),
    commandInjection: judgeInjection(seen),
    starttlsTwice: judgeStarttlsTwice(seen),
    vrfy: judgeVrfy(seen),
    bannerVersion: judgeBannerVersion(seen),
    login: judgeLogin(seen),
    testMessage: judgeMessage(seen),
  };
}
