import type { AddressSet } from "../../model/addresses.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { isSince } from "../releases.js";
import { addressesOf, families } from "../sockets.js";
import { declareOnce } from "./others.js";
import type { Reader } from "./reader.js";

/** One `listen on`. */
export interface Listener {
  readonly at: string;
  readonly port: number;
  readonly tls: "none" | "offered" | "required" | "implicit";
  readonly auth: "none" | "optional" | "required";
  readonly tag: string;
  /** What `protocols` says of TLS (6.9 and later). */
  readonly protocols: string | undefined;
  readonly hasPki: Maybe<boolean>;
  /** What else decides about its clients: a filter, PROXYv2, client certificates. */
  readonly decidedBy: string | undefined;
  /** The address it is bound to; undefined for an interface or a host name. */
  readonly address: AddressSet | undefined;
  readonly isWildcard: boolean;
}

const services: Readonly<Record<string, number>> = { smtp: 25, smtps: 465, submissions: 465, submission: 587 };

/**
 * @param version the declared release.
 * @throws InputError for options that smtpd refuses, and a second local socket. @returns none for the local socket.
 */
export function readListener(
  reader: Reader,
  keys: ReadonlySet<string>,
  names: Map<string, string>,
  version: string | undefined,
): Listener[] {
  if (!reader.takes("on")) throw reader.refuses("listen lacks on");
  const isSocket = reader.takes("socket");
  if (isSocket) declareOnce(reader, names, "listen on", "socket");
  const where = isSocket ? "socket" : reader.text("an interface");
  const seen = new Set<string>();
  const once = (name: string) => {
    if (seen.has(name)) throw reader.refuses(`${name} is there twice`);
    seen.add(name);
  };
  let port: number | undefined;
  let tls: Listener["tls"] = "none";
  let auth: Listener["auth"] = "none";
  let tag = "";
  let family: keyof typeof families | undefined;
  let pki: string | undefined;
  let decidedBy: string | undefined;
  let protocols: string | undefined;
  const since69 = isSince(version, "6.9");
  const takesNew = (name: string) => since69 !== false && reader.takes(name);
  while (!reader.done) {
    if (reader.takes("mask-src")) once("mask-src");
    else if (reader.takes("tag")) {
      once("tag");
      tag = reader.text("a tag");
      if (tag.length >= 32) throw reader.refuses("a tag is too long");
    } else if (reader.takes("filter")) {
      once("filter");
      decidedBy = "what the filter of the listener decides";
      if (reader.takes("{"))
        while (!reader.takes("}")) {
          if (!reader.takes(",")) reader.text("a filter");
        }
      else reader.text("a filter");
    } else if (isSocket) throw reader.refuses("an option that the socket does not have");
    else if (reader.takes("inet4")) {
      once("the address family");
      family = "ipv4";
    } else if (reader.takes("inet6")) {
      once("the address family");
      family = "ipv6";
    } else if (reader.takes("port")) {
      once("port");
      port = portOf(reader);
    } else if (reader.takes("smtps")) {
      once("the TLS mode");
      tls = "implicit";
      if (reader.takes("verify")) decidedBy = "the client's certificate";
    } else if (reader.takes("tls")) {
      once("the TLS mode");
      tls = "offered";
    } else if (reader.takes("tls-require")) {
      once("the TLS mode");
      tls = "required";
      if (reader.takes("verify")) decidedBy = "the client's certificate";
    } else if (reader.takes("pki")) {
      // Since 6.9 a listener may have several, and has those alone.
      if (since69 === false) once("pki");
      pki = reader.text("a pki").toLowerCase();
      if (!keys.has(pki)) throw reader.refuses("a pki is not declared above");
    } else if (takesNew("protocols")) {
      once("protocols");
      protocols = reader.text("protocols");
    } else if (takesNew("ciphers")) {
      once("ciphers");
      reader.text("ciphers");
    } else if (reader.takes("ca")) {
      once("ca");
      reader.text("a ca");
    } else if (reader.takes("auth")) {
      once("auth");
      auth = "required";
      reader.maybeTable();
    } else if (reader.takes("auth-optional")) {
      once("auth");
      auth = "optional";
      reader.maybeTable();
    } else if (reader.takes("hostname")) {
      once("hostname");
      reader.text("a hostname");
    } else if (reader.takes("hostnames")) {
      once("hostnames");
      reader.table("a table");
    } else if (reader.takes("received-auth")) once("received-auth");
    else if (reader.takes("no-dsn")) once("no-dsn");
    else if (reader.takes("proxy-v2")) {
      once("proxy-v2");
      decidedBy = "the proxy in front (proxy-v2)";
    } else if (reader.takes("senders")) {
      once("senders");
      reader.table("a table");
      reader.takes("masquerade");
    } else throw reader.refuses("an option of listen is not known");
  }
  if (isSocket) return [];
  if (auth !== "none" && tls === "none") throw reader.refuses("auth requires tls, tls-require or smtps");
  if (pki !== undefined && tls === "none") throw reader.refuses("pki requires tls, tls-require or smtps");
  const address = addressesOf(where);
  if (address && family && !address.overlaps(families[family]))
    throw reader.refuses("the address is of the other family");
  return [
    {
      at: reader.at,
      port: port ?? (tls === "implicit" ? 465 : 25),
      // Without a port tls-require is read as tls: create_if_listener keeps F_STARTTLS_REQUIRE all the same.
      tls,
      auth,
      tag,
      protocols,
      hasPki:
        pki !== undefined ||
        (keys.size === 0 ? false : since69 === undefined ? unknown("the OpenSMTPD version") : !since69),
      decidedBy,
      address: /^(0\.0\.0\.0|::)$/.test(where) ? families[where === "::" ? "ipv6" : "ipv4"] : address,
      isWildcard: where === "0.0.0.0" || where === "::",
    },
  ];
}

function portOf(reader: Reader): number {
  const name = ["smtp", "smtps"].find((each) => reader.takes(each)) ?? reader.text("a port");
  const port = /^\d{1,5}$/.test(name) ? Number(name) : services[name];
  if (port === undefined || port < 1 || port > 65535) throw reader.refuses("a port is none");
  return port;
}
