import { unknown } from "../../model/maybe.js";
import { type Image, overriddenBy, type PortFacts, undecided, variable } from "./image.js";

/** Scripts of the first two are run once the image has set up Postfix. */
const overrides = [
  ...["/docker-init.d/", "/docker-init.db/", "/etc/postfix/main.cf", "/etc/postfix/master.cf"],
  ...["/etc/postfix.template/", "/scripts/", "/etc/supervisord.conf"],
];

/**
 * boky/postfix (bokysan/docker-postfix, README): a relay for neighbours on 587. Whoever claims a sender of
 * ALLOWED_SENDER_DOMAINS may relay without AUTH; AUTH, where users are set, is offered in clear. STARTTLS comes from the
 * packaged main.cf of the image's distribution unless POSTFIX_smtpd_tls_security_level sets it.
 */
export const bokyPostfix: Image = {
  product: "boky/postfix",
  names: /(^|\/)boky(san)?\/postfix$/,
  opened: ({ environment, image }) => {
    const names = [...environment.keys()].filter((name) => name.startsWith("POSTFIXMASTER_"));
    const evidence = { kind: "code", at: image.at, says: `${names.join(", ")} changes master.cf` } as const;
    return names.length > 0 ? { missing: names, evidence } : undefined;
  },
  ports: (container) => {
    const level = variable(container, "POSTFIX_smtpd_tls_security_level");
    const users = variable(container, "SMTPD_SASL_USERS");
    const senders = variable(container, "ALLOWED_SENDER_DOMAINS");
    const empty = variable(container, "ALLOW_EMPTY_SENDER_DOMAINS");
    const required = level.value === "encrypt";
    const open = senders.value !== undefined || empty.value !== undefined;
    const mechanisms = users.value === undefined || users.value === "" ? [] : ["*"];
    const base = unknown("the base image's main.cf", "POSTFIX_smtpd_tls_security_level");
    const facts: PortFacts = {
      listening: { value: true, evidence: [level.evidence] },
      implicitTls: { value: false, evidence: [level.evidence] },
      starttlsOffered: {
        value: required || level.value === "may" ? "offered" : level.value === "none" ? "absent" : base,
        evidence: [level.evidence],
      },
      tlsGate: {
        value: required ? "mail" : level.value === undefined || typeof level.value === "string" ? "none" : level.value,
        evidence: [level.evidence],
      },
      authBeforeTls: {
        value: required ? { offered: [], accepted: [] } : { offered: mechanisms, accepted: mechanisms },
        evidence: [users.evidence, level.evidence],
      },
      authGate: {
        value: open ? "none" : unknown("ALLOWED_SENDER_DOMAINS", "POSTFIX_mynetworks"),
        evidence: [senders.evidence],
      },
      relay: {
        value: open ? "open" : unknown("ALLOWED_SENDER_DOMAINS", "POSTFIX_mynetworks"),
        evidence: [senders.evidence],
      },
    };
    const override = overriddenBy(container, overrides);
    return new Map([[587, override ? undecided(facts, override.missing, override.evidence) : facts]]);
  },
};
