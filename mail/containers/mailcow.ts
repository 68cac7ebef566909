import type { ContainerDefinition } from "../../model/container.js";
import { type Doubt, type Image, overriddenBy, type PortFacts, undecided } from "./image.js";

const directory = "/opt/postfix/conf";
const settings = ["main.cf", "master.cf", "extra.cf"].map((name) => `${directory}/${name}`);
const overrides = [...settings, ...["/hooks/", "/opt/postfix.sh", "/docker-entrypoint.sh", "/etc/supervisor/"]];

/**
 * mailcow's Postfix (its master.cf): 465 is TLS from the first byte, 587 requires STARTTLS, both turn away who has not logged
 * in, except the networks that it trusts. Where its configuration lies beside the Compose file, that is read instead.
 */
export const mailcow: Image = {
  product: "mailcow",
  names: /(^|\/)mailcow\/postfix(-tlspol)?$/,
  opened: overridden,
  ports: (container) => {
    const mount = mountOf(container);
    if (mount?.files?.includes("main.cf")) return new Map();
    const says = "mailcow ships it so; main.cf, master.cf and extra.cf of its directory can change it";
    const evidence = { kind: "default", at: container.image.at, says } as const;
    const override = overridden(container);
    return new Map(
      [587, 465].map((port) => [
        port,
        override ? undecided(shipped(port), override.missing, override.evidence) : shipped(port),
      ]),
    );

    function shipped(port: number): PortFacts {
      const isWrapper = port === 465;
      return {
        listening: { value: true, evidence: [evidence] },
        implicitTls: { value: isWrapper, evidence: [evidence] },
        starttlsOffered: { value: isWrapper ? "absent" : "offered", evidence: [evidence] },
        tlsGate: { value: isWrapper ? "connect" : "mail", evidence: [evidence] },
        authBeforeTls: { value: { offered: [], accepted: [] }, evidence: [evidence] },
      };
    }
  },
};

/** A directory that is mounted there hides what the image ships. */
function overridden(container: ContainerDefinition): Doubt | undefined {
  const says = `${directory} is mounted`;
  const evidence = { kind: "code", at: container.image.at, says } as const;
  return mountOf(container) ? { missing: settings, evidence } : overriddenBy(container, overrides);
}

function mountOf({ mounts }: ContainerDefinition) {
  return mounts.find(({ target }) => target === directory);
}
