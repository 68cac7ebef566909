import { outside } from "./addresses.js";
import type { FilterRule, Layer } from "./network.js";
import { exactly, undecidedSet } from "./partial.js";
import { PortSet } from "./ports.js";
import { type ProviderBlock, type ProviderId, providerBlocks, type SmtpPort, smtpPorts } from "./provider-table.js";

export { type PortState, type ProviderBlock, type ProviderId, providerBlocks, smtpPorts } from "./provider-table.js";

/** A row of less certainty than this shuts nothing: what it says is then a question. */
const sure = 0.8;

/**
 * What a provider does to outbound SMTP whatever the rules of a program say, as the last layer of egress. It drops
 * connections to public addresses alone. A port that is not known to be blocked passes, and other layers decide.
 */
export function providerLayer(id: ProviderId): Layer {
  const rows = providerBlocks.filter((row) => row.id === id);
  const shut = rows.every(isUnconditional) ? smtpPorts.filter((port) => rows.every((row) => shuts(row, port))) : [];
  const doubtful = smtpPorts.filter((port) => !shut.includes(port) && rows.some((row) => row.ports[port] !== "open"));
  const at = [...new Set(rows.map(({ source }) => source))].join("; ");
  const says = rows.map(sentenceOf).join("; or ");
  const rule = (ports: readonly number[], missing: readonly string[]): FilterRule => ({
    id: `provider:${id}:${ports.join(",")}`,
    action: "deny",
    protocol: "tcp",
    ports: PortSet.of(...ports),
    peers: missing.length === 0 ? exactly(outside) : undecidedSet(missing, outside),
    evidence: { kind: "default", at, says },
  });
  return {
    name: "provider",
    combine: "first-match",
    rules: [
      ...(shut.length > 0 ? [rule(shut, [])] : []),
      ...(doubtful.length > 0 ? [rule(doubtful, [...new Set(rows.map(missingOf))].sort())] : []),
    ],
    otherwise: { action: "allow", evidence: { kind: "default", at, says } },
    incomplete: [],
  };
}

/** `DigitalOcean blocks 25, 465 and 587 outbound; 2525 is open`. */
export function sentenceOf(row: ProviderBlock): string {
  const of = (state: ProviderBlock["ports"][SmtpPort]) => smtpPorts.filter((port) => row.ports[port] === state);
  const [blocked, throttled, open, unclear] = [of("blocked"), of("throttled"), of("open"), of("unclear")];
  const where = row.scope === undefined ? row.name : `${row.name} (${row.scope})`;
  const acts = [
    ...(blocked.length > 0 ? [`blocks ${listed(blocked)} outbound`] : []),
    ...(throttled.length > 0 ? [`throttles ${listed(throttled)} outbound`] : []),
  ];
  const parts = [
    acts.length > 0 ? `${where} ${acts.join(" and ")}` : `${where} is not known to block SMTP outbound`,
    ...(open.length > 0 && acts.length > 0 ? [`${listed(open)} ${open.length === 1 ? "is" : "are"} open`] : []),
    ...(unclear.length > 0 ? [`of ${listed(unclear)} nothing certain is known`] : []),
  ];
  return parts.join("; ");
}

function shuts(row: ProviderBlock, port: SmtpPort): boolean {
  return row.ports[port] === "blocked" && row.certainty >= sure;
}

function isUnconditional({ condition }: ProviderBlock): boolean {
  return condition === undefined;
}

function missingOf({ condition, name }: ProviderBlock): string {
  return condition ?? `whether ${name} blocks this port`;
}

function listed(ports: readonly number[]): string {
  return ports.length < 2 ? ports.join("") : `${ports.slice(0, -1).join(", ")} and ${ports.at(-1)}`;
}
