import { isUnknown } from "../../model/maybe.js";
import type { Bag } from "./bag.js";
import type { Client } from "./client.js";

const form =
  /(smtps?):\/\/(?:([^\s:@/?#()]*)(?::([^\s@/?#()]*))?@)?(\[[^\]\s]+\]|[^\s:/?#()]+)(?::(\d{1,5}))?\/?(?:\?([^\s#()]*))?/gi;

/**
 * Symfony's DSN (`smtp://user:password@host:port?verify_peer=0`), also within `failover(…)` and `roundrobin(…)`. Without a
 * port, `smtp` to another host than localhost is TLS on 465 (Symfony\Component\Mailer, EsmtpTransport).
 */
export function mailerUrl(bag: Bag, name: string): Client[] {
  const text = bag.text(name);
  const said = <T>(value: T, says: string) => bag.said(value, says, name);
  if (isUnknown(text)) {
    const open = bag.open(text.unknown, `${name} is not at hand`, name);
    return [{ host: open, port: open, tls: open, verifies: open, auth: open }];
  }
  return [...text.matchAll(form)].map(([, scheme = "", user = "", password = "", host = "", written, query = ""]) => {
    const options = new URLSearchParams(query);
    const implicit =
      scheme.toLowerCase() === "smtps" || written === "465" || (written === undefined && host !== "localhost");
    const port = written === undefined ? (implicit ? 465 : 25) : Number(written);
    const isOff = (option: string) => ["0", "false", "off", "no"].includes(options.get(option) ?? "");
    const isOn = (option: string) => ["1", "true", "on", "yes"].includes(options.get(option) ?? "");
    const starttls = isOn("require_tls") ? "required" : isOff("auto_tls") ? "none" : "opportunistic";
    const isTemplate = [host, written ?? ""].some((part) => /[$%{]/.test(part));
    const variable = /[$%{]/.test(password);
    const kept =
      password === ""
        ? "none"
        : bag.find(name)?.isSecret
          ? "secret store"
          : variable
            ? "given at run time"
            : "plain file";
    return {
      host: isTemplate ? bag.open([name], "the server's name is a template", name) : said(host, "the server's name"),
      port: said(port, "the port"),
      tls: said(
        implicit ? ("implicit" as const) : (starttls as "required" | "none" | "opportunistic"),
        "scheme, port and options decide on TLS",
      ),
      verifies: said(!isOff("verify_peer"), "verify_peer decides on the check"),
      auth: said({ login: user !== "", password: kept } as const, user === "" ? "does not log in" : "logs in"),
    };
  });
}
