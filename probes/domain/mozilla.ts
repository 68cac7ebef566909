import { printable } from "../transcript.js";
import type { Announced, Asked, Told } from "./told.js";
import { fetchPage, type NoPage, type Page } from "./web.js";
import { type Element, parseXml, textOf, within } from "./xml.js";

/** Servers of one configuration that are looked at. */
const mostServers = 8;

/**
 * What Thunderbird and its like are told (draft-ietf-mailmaint-autoconfig): the page of the domain, else the well-known one.
 * No mail address is sent along.
 */
export async function lookUpMozilla(asked: Asked): Promise<Told> {
  const { domain } = asked;
  const urls = [
    new URL(`https://autoconfig.${domain}/mail/config-v1.1.xml`),
    new URL(`https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml`),
  ];
  const missed: string[] = [];
  let isOpen = false;
  for (const url of urls) {
    const page = await fetchPage(asked.web, url);
    const root = "failure" in page || page.status !== 200 ? undefined : parseXml(page.body);
    if (root?.name === "clientConfig") return found(domain, url, root);
    missed.push(missing(url, page));
    isOpen ||= !isAbsent(page);
  }
  return {
    name: "autoconfig",
    outcome: isOpen ? "unknown" : "ok",
    says: isOpen ? missed.join("; ") : "none",
    facts: [],
  };
}

/** The page is not offered; everything else leaves it open what clients would find. */
export function isAbsent(page: Page | NoPage): boolean {
  return "failure" in page ? page.absent : page.status === 404 || page.status === 410;
}

export function missing(url: URL, page: Page | NoPage): string {
  if ("failure" in page) return page.failure;
  if (page.status === 200) return `${url.hostname} answers with something else than a configuration`;
  return `${url.hostname} answers ${page.status}${page.status >= 300 && page.status < 400 ? ", which is not followed" : ""}`;
}

function found(domain: string, url: URL, root: Element): Told {
  const servers = within(root, "emailProvider", "outgoingServer")
    .filter(({ attributes }) => attributes.type === "smtp")
    .slice(0, mostServers)
    .flatMap((server) => announcement(domain, url, server));
  const says = servers.map(({ host, port, what }) => `${host}:${port} ${what.security}`).join(", ");
  return { name: "autoconfig", outcome: "ok", says: says || "no outgoing server", facts: [], announced: servers };
}

const securities: Readonly<Record<string, Announced["what"]["security"]>> = {
  SSL: "tls",
  STARTTLS: "starttls",
  plain: "none",
};

/** What the words mean to Thunderbird; what is not here says nothing of mechanisms. */
const mechanisms: Readonly<Record<string, readonly string[]>> = {
  "password-cleartext": ["PLAIN", "LOGIN"],
  plain: ["PLAIN", "LOGIN"],
  "password-encrypted": ["CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"],
  secure: ["CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"],
  NTLM: ["NTLM"],
  GSSAPI: ["GSSAPI"],
  OAuth2: ["XOAUTH2", "OAUTHBEARER"],
  "TLS-client-cert": ["EXTERNAL"],
};

function announcement(domain: string, url: URL, server: Element): Announced[] {
  const host = hostOf(textOf(server, "hostname") ?? "", domain);
  const port = Number(textOf(server, "port"));
  const security = securities[textOf(server, "socketType") ?? ""];
  if (host === undefined || !(Number.isInteger(port) && port > 0 && port < 65_536) || security === undefined) return [];
  const words = within(server, "authentication").map(({ text }) => text);
  const named = words.every((word) => mechanisms[word] !== undefined);
  return [
    {
      ...{ host, port, at: url.href },
      what: {
        ...{ domain, by: url.href, offered: true, security, vouched: true },
        mechanisms: named ? [...new Set(words.flatMap((word) => mechanisms[word] ?? []))] : [],
      },
    },
  ];
}

/** A host name, with the placeholder for the domain filled in; undefined for what is none. */
export function hostOf(text: string, domain: string): string | undefined {
  const host = text.trim().toLowerCase().replaceAll("%emaildomain%", domain).replace(/\.$/, "");
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(host) && host.length <= 253 ? printable(host) : undefined;
}
