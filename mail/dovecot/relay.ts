import { AddressSet } from "../../model/addresses.js";
import type { Fact, FactName, FactValues } from "../../model/fact.js";
import type { MailDefinition } from "../../model/mail.js";
import { all, isUnknown, type Maybe, mapKnown, not } from "../../model/maybe.js";
import { egressSubject, type Subjects } from "../../model/subjects.js";
import type { Configuration } from "./configuration.js";
import { View } from "./view.js";

const modes = { no: "none", smtps: "implicit", starttls: "required" } as const;

/** What Dovecot does as a client of the server that takes the messages (`submission_relay_*`). */
export function relayFacts(
  configuration: Configuration,
  definition: MailDefinition,
  subjects: Subjects,
  hostname: string | undefined,
): Fact[] {
  const view = new View(configuration, { protocol: "submission" });
  const [host, port] = [view.text("submission_relay_host"), view.text("submission_relay_port")];
  if (isUnknown(host) || isUnknown(port) || host === "" || !/^\d{1,5}$/.test(port)) return [];
  const nic = subjects.interfaces.find((each) => each.id === definition.hostedBy);
  const client = nic ? subjects.nameOf(nic) : (hostname ?? definition.id);
  const subject = egressSubject(client, host, Number(port));
  const fact = <N extends FactName>(name: N, value: Maybe<FactValues[N]>, setting: string, says: string): Fact =>
    ({
      subject,
      name,
      from: AddressSet.everything,
      value,
      origin: definition.origin,
      evidence: [view.evidence(setting, says)],
    }) as unknown as Fact;
  const mode = mapKnown(view.text("submission_relay_ssl"), (text) =>
    text in modes ? (text as keyof typeof modes) : "no",
  );
  const hasTls = not(mapKnown(mode, (each) => each === "no"));
  const password = mapKnown(view.text("submission_relay_password"), (text) => text !== "");
  // A file of its own (`<file`) is for secrets alone.
  const isApart = view.setting("submission_relay_password")?.file !== undefined;
  const login = isApart
    ? ({ login: true, password: "secret store" } as const)
    : mapKnown(password, (has) => ({ login: has, password: has ? "plain file" : "none" }) as const);
  return [
    fact(
      "clientTls",
      mapKnown(mode, (each) => modes[each]),
      "submission_relay_ssl",
      "submission_relay_ssl decides",
    ),
    fact(
      "clientVerifiesCertificate",
      all(hasTls, view.yes("submission_relay_ssl_verify")),
      "submission_relay_ssl_verify",
      "submission_relay_ssl_verify decides, where submission_relay_ssl asks for TLS",
    ),
    fact("clientAuth", login, "submission_relay_password", "submission_relay_password stands in the configuration"),
  ];
}
