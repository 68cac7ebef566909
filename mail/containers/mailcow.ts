import { type Image, type PortFacts, undecided } from "./image.js";

const directory = "/opt/postfix/conf";
const overrides = ["main.cf", "master.cf", "extra.cf"];

/**
 * mailcow's Postfix (its master.cf): 465 is TLS from the first byte, 587 requires STARTTLS, both turn away who has not logged
 * in, except the networks that it trusts. Where its configuration lies beside the Compose file, that is read instead.
 */
export const mailcow: Image = {
  product: "mailcow",
  names: /(^|\/)mailcow\/postfix(-tlspol)?$/,
  ports: (container) => {
    const mount = container.mounts.find(({ target }) => target === directory);
    if (mount?.files?.includes("main.cf")) return new Map();
    const says = "mailcow ships it so; main.cf, master.cf and extra.cf of its directory can change it";
    const evidence = { kind: "default", at: container.image.at, says } as const;
    const missing = overrides.map((file) => `${directory}/${file}`);
    return new Map(
      [587, 465].map((port) => [port, mount ? undecided(shipped(port), missing, evidence) : shipped(port)]),
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
