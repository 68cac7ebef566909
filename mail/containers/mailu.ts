import { isUnknown } from "../../model/maybe.js";
import { type Image, overriddenBy, type PortFacts, undecided, variable } from "./image.js";

/**
 * The front container of Mailu (its documentation, "Configuration", TLS_FLAVOR): submission asks for AUTH always; `notls`
 * takes it in clear, every other flavour requires TLS. Mailboxes do not use 587 where PORTS leaves it out. What lies in
 * `/overrides` is for its HTTP server alone.
 */
export const mailu: Image = {
  product: "Mailu",
  names: /(^|\/)mailu\/nginx$/,
  ports: (container) => {
    const flavor = variable(container, "TLS_FLAVOR");
    const ports = variable(container, "PORTS");
    const override = overriddenBy(container, ["/etc/nginx/", "/etc/dovecot/", "/conf/", "/start.py", "/config.py"]);
    const evidence = [flavor.evidence];
    const value = flavor.value ?? "cert";
    const facts = (port: number): PortFacts => {
      const clear = value === "notls";
      const said: PortFacts = {
        listening: { value: true, evidence: [ports.evidence] },
        implicitTls: { value: !clear && port === 465, evidence },
        starttlsOffered: { value: clear || port === 465 ? "absent" : "offered", evidence },
        tlsGate: { value: clear ? "none" : port === 465 ? "connect" : "mail", evidence },
        authBeforeTls: { value: clear ? { offered: ["*"], accepted: ["*"] } : { offered: [], accepted: [] }, evidence },
        authGate: { value: "mail", evidence },
        relay: { value: "closed", evidence },
      };
      if (override) return undecided(said, override.missing, override.evidence);
      return isUnknown(value) ? undecided(said, value.unknown, flavor.evidence) : said;
    };
    return new Map([587, 465].map((port) => [port, withPort(facts(port), port, ports, value === "notls")]));
  },
};

const shipped = "25,80,443,465,993,995,4190";

/** A port that PORTS does not name has no listener. */
function withPort(
  facts: PortFacts,
  port: number,
  { value = shipped, evidence }: ReturnType<typeof variable>,
  noTls: boolean,
) {
  if (isUnknown(value))
    return undecided({ ...facts, listening: { value, evidence: [evidence] } }, value.unknown, evidence);
  const on = value.split(",").some((each) => each.trim() === String(port)) && !(noTls && port === 465);
  return on ? facts : { listening: { value: false, evidence: [evidence] } };
}
