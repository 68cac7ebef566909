/**
 * What an Azure Firewall on a machine's way out means to the kernel, from Microsoft's "Azure Firewall rule processing logic"
 * and "Azure virtual network traffic routing". It shares no code with the product, because it judges it.
 */
import type { KernelLayer, KernelRule, Machine } from "./kernel.js";

/** A rule's end, as a program writes it and as the kernel matches it (`undefined`: everybody). */
export interface End {
  readonly written: readonly string[] | "group";
  readonly match: string | undefined;
}

export interface Rule {
  readonly protocol: "TCP" | "UDP" | "Any";
  readonly from: End;
  readonly to: End;
  readonly ports: readonly string[];
}

export interface Collection {
  readonly priority: number;
  readonly action: "Allow" | "Deny";
  readonly rules: readonly Rule[];
}

export interface Group {
  readonly priority: number;
  readonly collections: readonly Collection[];
}

export interface Route {
  readonly to: string;
  readonly hop: "firewall" | "None" | "Internet";
}

export interface Stated {
  /** Rule collection groups, the parent policy's first. */
  readonly policies: readonly (readonly Group[])[];
  readonly routes: readonly Route[];
}

/** How the product calls what decides. */
export interface Names {
  readonly rule: (policy: number, group: number, collection: number, rule: number) => string;
  readonly route: (index: number) => string;
  readonly firewall: string;
  readonly nic: string;
  readonly subnet: string;
  readonly firewallSubnet: string;
}

export const space = ["10.250.0.0/16", "10.1.0.0/16"];
const elsewhere = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

export function machineOf(stated: Stated, names: Names): Machine {
  const always = (id: string): KernelLayer => [{ id, match: "", verdict: "pass" }];
  const routes = stated.routes.map((route, k) => ({ ...route, id: names.route(k) }));
  const led = (layer: KernelLayer) => behind(ordered(names.subnet, routes), layer, names);
  const leads = routes.some(({ hop }) => hop === "firewall");
  return {
    ingress: [],
    egress: [
      always(names.nic),
      always(names.subnet),
      routing(names.subnet, routes),
      ...(leads ? [led(engine(stated, names)), led(routing(names.firewallSubnet, [])), always(names.firewall)] : []),
    ],
  };
}

interface Way {
  readonly to: string;
  readonly hop: string;
  readonly id: string;
}

/** The longest prefix first; of equal ones the user's. */
function ordered(subnet: string, routes: readonly Way[]): Way[] {
  const length = ({ to }: Way) => Number(to.split("/")[1]);
  return [
    ...routes,
    ...space.map((to) => ({ to, hop: "local", id: `${subnet} (local)` })),
    ...elsewhere.map((to) => ({ to, hop: "None", id: `${subnet} (none)` })),
    { to: "0.0.0.0/0", hop: "Internet", id: subnet },
  ].sort((a, b) => length(b) - length(a));
}

function routing(subnet: string, routes: readonly Way[]): KernelLayer {
  return ordered(subnet, routes).map(
    ({ to, hop, id }): KernelRule => ({ id, match: `ip daddr ${to}`, verdict: hop === "None" ? "refuse" : "pass" }),
  );
}

/** First the routes: those to the firewall hand on to its layer, all others pass it by. */
function behind(routes: readonly Way[], layer: KernelLayer, names: Names): KernelLayer {
  const sorted = routes.map(
    ({ to, hop }): KernelRule => ({
      id: names.firewall,
      match: `ip daddr ${to}`,
      verdict: hop === "firewall" ? "next" : "pass",
      stage: 0,
    }),
  );
  return [...sorted, ...layer.map((each) => ({ ...each, stage: 1 }))];
}

function engine({ policies }: Stated, names: Names): KernelLayer {
  const rules = policies.flatMap((groups, p) =>
    byPriority(groups).flatMap(({ each: { collections }, k: g }) =>
      byPriority(collections).flatMap(({ each: { action, rules: own }, k: c }) =>
        own.flatMap((rule, r) =>
          matches(rule).map(
            (match): KernelRule => ({
              id: names.rule(p, g, c, r),
              match,
              verdict: action === "Allow" ? "pass" : "refuse",
            }),
          ),
        ),
      ),
    ),
  );
  return [...rules, { id: names.firewall, match: "", verdict: "refuse" }];
}

function byPriority<T extends { readonly priority: number }>(all: readonly T[]): { each: T; k: number }[] {
  return all.map((each, k) => ({ each, k })).sort((a, b) => a.each.priority - b.each.priority);
}

function matches({ protocol, from, to, ports }: Rule): string[] {
  const end = (side: string, { match }: End) => (match === undefined ? "" : `ip ${side} ${match}`);
  return ports.map((port) => {
    const name = protocol.toLowerCase();
    const transport =
      protocol === "Any"
        ? port === "*"
          ? ""
          : `th dport ${port}`
        : port === "*"
          ? `meta l4proto ${name}`
          : `${name} dport ${port}`;
    return `${end("saddr", from)} ${end("daddr", to)} ${transport}`;
  });
}
