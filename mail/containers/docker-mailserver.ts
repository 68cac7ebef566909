import type { ContainerDefinition } from "../../model/container.js";
import type { Evidence } from "../../model/evidence.js";
import { isUnknown } from "../../model/maybe.js";
import { type Image, overriddenBy, type PortFacts, undecided, variable } from "./image.js";

const withTls = ["letsencrypt", "custom", "manual", "self-signed", "snakeoil"];
const overrides = [
  ...["postfix-master.cf", "postfix-main.cf", "dovecot.cf", "user-patches.sh"].map(
    (name) => `/tmp/docker-mailserver/${name}`,
  ),
  ...["/etc/postfix/main.cf", "/etc/postfix/master.cf", "/etc/dovecot/", "/etc/supervisor/", "/usr/local/bin/"],
];

/**
 * docker-mailserver (its documentation, "Environment variables", and the image's own start scripts): submission on 587 and
 * 465 asks for AUTH; without SSL_TYPE it takes TLS out of Postfix and Dovecot, and AUTH goes over both ports in clear.
 */
export const dockerMailserver: Image = {
  product: "docker-mailserver",
  names: /(^|\/)docker-mailserver$/,
  opened: overridden,
  ports: (container) => {
    const override = overridden(container);
    const facts = [587, 465].map((port): [number, PortFacts] => {
      const each = submission(container, port === 465);
      return [port, override ? undecided(each, override.missing, override.evidence) : each];
    });
    return new Map(facts);
  },
};

function overridden(container: ContainerDefinition) {
  return overriddenBy(container, overrides);
}

function submission(container: ContainerDefinition, isWrapper: boolean): PortFacts {
  const sslType = variable(container, "SSL_TYPE");
  const evidence = [sslType.evidence];
  const auth = authOffered(container);
  const gates: PortFacts = {
    listening: { value: true, evidence: [auth.evidence] },
    authGate: { value: "rcpt", evidence: [restrictions(container)] },
    relay: { value: "closed", evidence: [restrictions(container)] },
  };
  const inClear: PortFacts = {
    ...gates,
    implicitTls: { value: false, evidence },
    starttlsOffered: { value: "absent", evidence },
    tlsGate: { value: "none", evidence },
    authBeforeTls: { value: { offered: auth.mechanisms, accepted: auth.mechanisms }, evidence },
  };
  const type = sslType.value ?? "";
  if (isUnknown(type)) return undecided(inClear, type.unknown, sslType.evidence);
  if (type === "") return inClear;
  if (!withTls.includes(type))
    return undecided(inClear, ["SSL_TYPE: docker-mailserver does not start with this one"], sslType.evidence);
  return {
    ...gates,
    implicitTls: { value: isWrapper, evidence },
    starttlsOffered: { value: isWrapper ? "absent" : "offered", evidence },
    tlsGate: { value: isWrapper ? "connect" : "mail", evidence },
    tlsVersions: { value: { accepted: ["TLSv1.2", "TLSv1.3"], refused: ["SSLv3", "TLSv1", "TLSv1.1"] }, evidence },
    authBeforeTls: { value: { offered: [], accepted: [] }, evidence },
    authMechanisms: { value: auth.mechanisms, evidence: [auth.evidence] },
  };
}

/** Without Dovecot and without saslauthd there is nobody to ask for passwords. */
function authOffered(container: ContainerDefinition): { mechanisms: readonly string[]; evidence: Evidence } {
  const [only, saslauthd] = [variable(container, "SMTP_ONLY"), variable(container, "ENABLE_SASLAUTHD")];
  const off = only.value === "1" && saslauthd.value !== "1";
  return off ? { mechanisms: [], evidence: only.evidence } : { mechanisms: ["*"], evidence: saslauthd.evidence };
}

function restrictions({ image }: ContainerDefinition): Evidence {
  return {
    kind: "default",
    at: image.at,
    says: "the image's submission services permit clients that have logged in and reject all others",
  };
}
