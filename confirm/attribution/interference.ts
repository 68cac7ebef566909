import type { Attribution, FactValues } from "../../model/fact.js";
import type { Control } from "../../model/trial.js";
import { list } from "./block.js";
import type { Whereabouts } from "./whereabouts.js";

/** A conversation that came to its end, but may not have been with the server, or not with it alone. */
export interface Interference {
  readonly port: number;
  readonly starttls: FactValues["starttlsOffered"] | undefined;
  readonly certificate: FactValues["certificate"] | undefined;
  readonly controls: readonly Control[];
  readonly where: Whereabouts | undefined;
  /** The connection is taken too soon to be taken by the server, in one sentence. */
  readonly tooSoon: string | undefined;
}

interface Row {
  when(seen: Interference): boolean;
  blame(seen: Interference): Attribution;
}

const ask = "Ask who runs the network here, or the internet provider, to leave mail unchanged.";

/** First match wins; where none does, nobody is in the way that could be told. */
export const interferences: readonly Row[] = [
  {
    when: ({ where }) => where?.takesThem === true,
    blame: ({ where }) => ({
      layer: "path",
      culprit: `${where?.names} answers in the server's place: a transparent mail proxy`,
      confidence: "high",
      because: where ? [where.says] : [],
      advice: [ask],
    }),
  },
  {
    when: ({ starttls, controls }) => isBroken(starttls) && sameAt(controls, starttls).length > 0,
    blame: ({ starttls, controls }) => ({
      layer: "local-network",
      culprit: "a mail proxy on this side takes STARTTLS away",
      confidence: sameAt(controls, starttls).length > 1 ? "high" : "medium",
      because: [`STARTTLS is ${starttls} here, and at ${list(sameAt(controls, starttls))} too`],
      advice: [ask],
    }),
  },
  {
    when: ({ tooSoon, where }) => tooSoon !== undefined && where === undefined,
    blame: ({ tooSoon }) => ({
      layer: "path",
      culprit: "something on the way, nearer than the server, answers in its place: a transparent mail proxy",
      confidence: "medium",
      because: tooSoon ? [tooSoon] : [],
      advice: [ask],
    }),
  },
  {
    when: ({ starttls }) => starttls === "masked",
    blame: ({ controls }) => ({
      layer: "path",
      culprit: `a device before the server${offeredAt(controls).length > 0 ? "" : " or on this side"} rewrites what it says and masks STARTTLS`,
      confidence: "medium",
      because: ["keywords in the answer to EHLO are overwritten", ...offered(controls)],
      advice: ["Switch off the SMTP inspection (fixup) of the firewall that does it: it takes STARTTLS away."],
    }),
  },
  {
    when: ({ starttls, controls }) => starttls === "absent" && offeredAt(controls).length > 0,
    blame: ({ controls }) => ({
      layer: "server",
      culprit: "the server, or a device before it, does not offer STARTTLS",
      confidence: "medium",
      because: ["STARTTLS is absent", ...offered(controls)],
      advice: ["Switch STARTTLS on in the server; where it is on, look for a proxy before it."],
    }),
  },
  {
    when: ({ certificate, controls }) => isForeign(certificate) && issuedAlike(controls, certificate).length > 0,
    blame: ({ certificate, controls }) => ({
      layer: "local-network",
      culprit: `a device on this side intercepts TLS: ${certificate?.issuer} has issued the certificates of different servers`,
      confidence: issuedAlike(controls, certificate).length > 1 ? "high" : "medium",
      because: [
        `the certificate is ${certificate?.chain}, issued by ${certificate?.issuer}`,
        `so is that of ${list(issuedAlike(controls, certificate))}`,
      ],
      advice: [ask, "If that issuer is your own certificate authority, name its certificate with --ca."],
    }),
  },
  {
    when: ({ certificate, controls }) => isForeign(certificate) && trustedAt(controls).length > 0,
    blame: ({ certificate, controls }) => ({
      layer: "server",
      culprit: "its certificate is not trusted: the server's own, or that of a device before it that intercepts TLS",
      confidence: "medium",
      because: [
        `the certificate is ${certificate?.chain}, issued by ${certificate?.issuer}`,
        `the certificate of ${list(trustedAt(controls))} is trusted`,
      ],
      advice: ["Compare the certificate's fingerprint with the one on the server."],
    }),
  },
];

function isBroken(starttls: Interference["starttls"]): boolean {
  return starttls === "masked" || starttls === "absent";
}

function isForeign(certificate: Interference["certificate"]): boolean {
  return certificate !== undefined && certificate.chain !== "trusted";
}

function sameAt(controls: readonly Control[], starttls: Interference["starttls"]): string[] {
  return controls.filter((each) => each.starttls === starttls).map(({ host }) => host);
}

function offeredAt(controls: readonly Control[]): string[] {
  return controls.filter((each) => each.starttls === "offered").map(({ host }) => host);
}

function offered(controls: readonly Control[]): string[] {
  const hosts = offeredAt(controls);
  return hosts.length > 0 ? [`${list(hosts)} offers it to us`] : [];
}

function issuedAlike(controls: readonly Control[], certificate: Interference["certificate"]): string[] {
  return controls
    .filter((each) => each.certificate?.issuer === certificate?.issuer && each.certificate?.isTrusted === false)
    .map(({ host }) => host);
}

function trustedAt(controls: readonly Control[]): string[] {
  return controls.filter((each) => each.certificate?.isTrusted === true).map(({ host }) => host);
}
