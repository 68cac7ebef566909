import { isUnknown } from "../../model/maybe.js";
import { type Bag, over } from "./bag.js";
import type { Client } from "./client.js";

/** ssmtp.conf(5); names in lower case. It is no longer maintained, and never checks a certificate by itself. */
export function ssmtp(bag: Bag): Client[] {
  const hub = bag.text("mailhub", "mailhub");
  const [host, port] = isUnknown(hub) ? [hub, hub] : splitAtColon(hub);
  const yes = ["yes"];
  const starttls = bag.is("usestarttls", yes);
  const level = over([bag.is("usetls", yes), starttls], (tls, starts) =>
    starts ? "required" : tls ? "implicit" : "none",
  );
  return [
    {
      host: bag.said(host, "the mail hub", "mailhub"),
      port: bag.said(port, "the mail hub's port", "mailhub"),
      tls: bag.said(level, "UseTLS and UseSTARTTLS decide on TLS", "usetls", "usestarttls"),
      verifies: bag.said(false, "no certificate is checked", "tls_ca_file"),
      auth: bag.auth("authuser", "authpass"),
    },
  ];
}

function splitAtColon(text: string) {
  const [, host = text, port = "25"] = /^(.*):(\d+)$/.exec(text) ?? [];
  return [host, Number(port)] as const;
}
