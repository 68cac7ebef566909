import { hostOf, isAbsent, missing } from "./mozilla.js";
import type { Announced, Asked, Told } from "./told.js";
import { fetchPage } from "./web.js";
import { type Element, parseXml, textOf, within } from "./xml.js";

const schema = "http://schemas.microsoft.com/exchange/autodiscover/outlook";

/**
 * What Outlook is told by autodiscover's plain XML. It is asked for `postmaster`, the one mailbox that every domain has
 * (RFC 5321 section 4.5.1), without a password: a server that wants a login is left alone.
 */
export async function lookUpOutlook(asked: Asked): Promise<Told> {
  const { domain } = asked;
  const url = new URL(`https://autodiscover.${domain}/autodiscover/autodiscover.xml`);
  const page = await fetchPage(asked.web, url, { type: "text/xml; charset=utf-8", body: question(domain) });
  const root = "failure" in page || page.status !== 200 ? undefined : parseXml(page.body);
  if (root?.name !== "Autodiscover") {
    const isLogin = "status" in page && page.status === 401;
    const says = isAbsent(page) ? "none" : isLogin ? `${url.hostname} asks for a login: not read` : missing(url, page);
    return { name: "outlook", outcome: isAbsent(page) ? "ok" : "unknown", says, facts: [] };
  }
  const servers = within(root, "Response", "Account", "Protocol")
    .filter((protocol) => textOf(protocol, "Type")?.toUpperCase() === "SMTP")
    .slice(0, 8)
    .flatMap((protocol) => announcement(domain, url, protocol));
  const says = servers.map(({ host, port, what }) => `${host}:${port} ${what.security}`).join(", ");
  return { name: "outlook", outcome: "ok", says: says || "no SMTP server", facts: [], announced: servers };
}

/** `Encryption` goes before `SSL`, which stands for TLS of either kind. */
function securityOf(protocol: Element): Announced["what"]["security"] {
  const encryption = textOf(protocol, "Encryption")?.toUpperCase();
  if (encryption === "SSL") return "tls";
  if (encryption === "TLS") return "starttls";
  if (encryption === "AUTO") return "either";
  if (encryption === "NONE") return "none";
  return textOf(protocol, "SSL")?.toLowerCase() === "off" ? "none" : "either";
}

function announcement(domain: string, url: URL, protocol: Element): Announced[] {
  const host = hostOf(textOf(protocol, "Server") ?? "", domain);
  const port = Number(textOf(protocol, "Port"));
  if (host === undefined || !(Number.isInteger(port) && port > 0 && port < 65_536)) return [];
  const isPassword =
    textOf(protocol, "SPA")?.toLowerCase() === "off" && textOf(protocol, "AuthRequired")?.toLowerCase() === "on";
  const what = {
    ...{ domain, by: url.href, offered: true, security: securityOf(protocol), vouched: true },
    mechanisms: isPassword ? ["PLAIN", "LOGIN"] : [],
  };
  return [{ host, port, what, at: url.href }];
}

function question(domain: string): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<Autodiscover xmlns="${schema}/requestschema/2006">`,
    `<Request><EMailAddress>postmaster@${domain}</EMailAddress>`,
    `<AcceptableResponseSchema>${schema}/responseschema/2006a</AcceptableResponseSchema></Request>`,
    "</Autodiscover>",
  ].join("\n");
}
