import { addressOf, type Machine } from "./kernel.js";

/**
 * Addresses in front of a machine, at which rules translate where a connection goes to: the kernel's own `dnat` sends it on,
 * its `snat` gives it the address that the machine sees in place of the client's. IPv4 alone.
 */
export interface Front {
  /** One list of rules for each address, the first that matches translates. */
  readonly addresses: readonly (readonly TranslationRule[])[];
  /** What the product is expected to name for a connection that no rule matches. */
  readonly otherwise: string;
  /** The source that the machine sees. */
  readonly seen: string;
}

export interface TranslationRule {
  readonly id: string;
  readonly match: string;
  /** To the machine, or to an address where nothing listens. */
  readonly to: "machine" | "elsewhere";
  /** The port behind; absent: the same. */
  readonly port?: number;
}

const elsewhere = "20.1.255.254";

/** The address with this index in front of a machine. */
export function frontOf(machine: number, index: number): string {
  return `20.${index}.${Math.floor(machine / 200)}.${(machine % 200) + 2}`;
}

/** The ports that the machine has to listen on besides those asked for. */
export function targetsOf({ front }: Machine): number[] {
  return (front?.addresses ?? []).flatMap((rules) => rules.flatMap(({ port }) => (port === undefined ? [] : [port])));
}

/** The rules of all fronts; each leaves its mark before it translates. */
export function translations(machines: readonly Machine[], marks: string[]) {
  const found = machines.flatMap(({ front }, i) =>
    (front?.addresses ?? []).map((rules, k) => ({ rules, at: frontOf(i, k), i, name: `front_${i}_${k}` })),
  );
  if (found.length === 0) return [];
  const seen = machines.flatMap(({ front }, i) =>
    front ? [`ct status dnat ip daddr ${addressOf(i, "4")} snat ip to ${front.seen}`] : [],
  );
  return [
    ...found.map(({ rules, i, name }) => ({ name, lines: rules.flatMap((rule) => translated(rule, i, marks)) })),
    {
      name: "translate",
      lines: [
        "type nat hook output priority -100;",
        `ip daddr vmap { ${found.map(({ at, name }) => `${at} : goto ${name}`).join(", ")} }`,
      ],
    },
    { name: "as_firewall", lines: ["type nat hook postrouting priority 100;", ...seen] },
  ];
}

function translated({ id, match, to, port }: TranslationRule, machine: number, marks: string[]): string[] {
  marks.push(id);
  const address = to === "machine" ? addressOf(machine, "4") : elsewhere;
  return [
    `${match} meta mark set ${marks.length} jump pass`,
    `${match} dnat ip to ${address}${port === undefined ? "" : `:${port}`}`,
  ];
}

/** What arrives at an address in front of a machine was translated by no rule. */
export function fronts(machines: readonly Machine[], marks: string[]): string[] {
  const untranslated = machines.flatMap(({ front }, i) => {
    if (!front) return [];
    marks.push(front.otherwise);
    const own = front.addresses.map((_, k) => frontOf(i, k)).join(", ");
    return [`ip daddr { ${own} } meta mark set ${marks.length} goto refuse`];
  });
  const lost = `ip daddr ${elsewhere} meta l4proto tcp reject with tcp reset`;
  return untranslated.length === 0 ? [] : [...untranslated, lost];
}
