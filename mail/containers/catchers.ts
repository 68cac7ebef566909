import type { Image, PortFacts } from "./image.js";

/** Development catchers, each with the ports on which it takes mail as its image is built (their documentation). */
const known: readonly [product: string, names: RegExp, ports: readonly number[]][] = [
  ["Mailpit", /(^|\/)mailpit$/, [1025]],
  ["MailHog", /(^|\/)mailhog$/, [1025]],
  ["MailDev", /(^|\/)maildev$/, [1025]],
  ["smtp4dev", /(^|\/)smtp4dev$/, [25]],
  ["GreenMail", /(^|\/)greenmail\/standalone$/, [3025, 3465]],
  ["Inbucket", /(^|\/)inbucket$/, [2500]],
];

/** They take every message from everyone and deliver none. */
export const catchers: readonly Image[] = known.map(([product, names, ports]) => ({
  product,
  names,
  isUnchangeable: true,
  ports: ({ image }) => {
    const evidence = [{ kind: "code", at: image.at, says: `the image is ${product}, a development catcher` }] as const;
    const facts: PortFacts = {
      listening: { value: true, evidence },
      developmentCatcher: { value: { product }, evidence },
    };
    return new Map(ports.map((port) => [port, facts]));
  },
}));
