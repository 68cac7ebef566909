import { type Maybe, mapKnown } from "../../model/maybe.js";
import { type Bag, over } from "./bag.js";
import type { Client } from "./client.js";
import { hostAndPort } from "./host-and-port.js";

/** The section `[smtp]` of grafana.ini, and GF_SMTP_ variables before it (Grafana, "Configure Grafana"). */
export function grafana(bag: Bag): Client[] {
  const names = (name: string) => [`GF_SMTP_${name.toUpperCase()}`, `smtp.${name.toLowerCase()}`];
  if (bag.flag(names("enabled"), false) === false) return [];
  const address = bag.text(names("host"), "localhost:25");
  const { host, port } = hostAndPort(address === "" ? "localhost:25" : address);
  // Other words, and these in other letters, are as none.
  const policy = (word: string) => mapKnown(bag.text(names("startTLS_policy")), (text) => text.trim() === word);
  const is465: Maybe<boolean> = mapKnown(port, (number) => number === 465);
  const level = over([is465, policy("NoStartTLS"), policy("MandatoryStartTLS")], (tls, never, always) =>
    tls ? "implicit" : never ? "none" : always ? "required" : "opportunistic",
  );
  return [
    {
      host: bag.said(host, "the server's name", names("host")),
      port: bag.said(port, "the port", names("host")),
      tls: bag.said(level, "the port and startTLS_policy decide on TLS", names("startTLS_policy"), names("host")),
      verifies: bag.said(
        mapKnown(bag.flag(names("skip_verify"), false), (skips) => !skips),
        "skip_verify decides on the check",
        names("skip_verify"),
      ),
      auth: bag.auth(names("user"), names("password")),
    },
  ];
}
