import type { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { isUnknown, type Maybe, unknown } from "../../model/maybe.js";
import { type Claim, claim } from "../claims.js";
import type { Haraka } from "./haraka.js";
import type { Listener } from "./listeners.js";
import { foreignRecipients, trustedClients } from "./relay.js";

/** Haraka demands AUTH at MAIL on these local ports, and on no other (connection.js, cmd_mail). */
const portsWithAuth = [465, 587];

/** Where a client that has not logged in is stopped. @throws NotAtHand */
export function gateClaims({ files, plugins, tls }: Haraka, listener: Listener, from: AddressSet): Claim[] {
  const { port, implicitTls } = listener;
  if (implicitTls && (!tls.certificateNamed || tls.demandsClientCertificate(port))) {
    const evidence = [tls.certificateNamed ? tls.versionsEvidence : tls.certificateEvidence];
    const missing = tls.certificateNamed
      ? "the certificate of the client, which tls.ini demands"
      : "key and cert in tls.ini";
    return [claim("authGate", from, unknown(missing), evidence), claim("relay", from, "closed", evidence)];
  }
  const trusted = trustedClients(files, plugins);
  const strangers = from.subtract(trusted.set);
  // Plugins that turn clients away for reasons of their own leave open whether a way in is one.
  const doubts = plugins.refusing.map((each) => `whom the plugin ${each.name} refuses`);
  const way = (clients: AddressSet, taken: Maybe<boolean>, evidence: Evidence): Claim[] => {
    const missing = isUnknown(taken) ? taken.unknown : taken ? doubts : [];
    if (missing.length > 0)
      return [
        claim("authGate", clients, unknown(...missing), [evidence]),
        claim("relay", clients, unknown(...missing), [evidence]),
      ];
    return [
      claim("authGate", clients, taken ? "none" : "rcpt", [evidence]),
      claim("relay", clients, taken ? "open" : "closed", [evidence]),
    ];
  };
  if (portsWithAuth.includes(port)) {
    const says = `Haraka demands AUTH at MAIL on port ${port} itself, whatever is configured`;
    const evidence = { kind: "default", at: listener.evidence.at, says } as const;
    return [
      ...way(from.intersect(trusted.set), true, trusted.evidence),
      claim("authGate", strangers, "mail", [evidence]),
      claim("relay", strangers, "closed", [evidence]),
    ];
  }
  const recipients = foreignRecipients(files, plugins);
  const own = way(strangers, recipients.taken, recipients.evidence);
  // In TLS such a client is turned away at its first command.
  const demands = tls.demandsClientCertificate(port) && plugins.find("tls") && recipients.taken !== true;
  const lacks = unknown("the certificate of the client, which tls.ini demands");
  return [
    ...way(from.intersect(trusted.set), true, trusted.evidence),
    ...own.map((each) =>
      demands && each.name === "authGate" ? claim("authGate", strangers, lacks, [tls.versionsEvidence]) : each,
    ),
  ];
}
