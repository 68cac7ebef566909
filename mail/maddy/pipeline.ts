import type { MailDefinition } from "../../model/mail.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { type Node, Stops } from "./nodes.js";
import { environment, last } from "./settings.js";

/** What becomes of a recipient of another domain. */
export interface Way {
  /** It is taken. */
  readonly taken: Maybe<boolean>;
  readonly at: string;
}

const handling = new Set(["deliver_to", "reroute", "reject", "destination", "destination_in", "default_destination"]);
const remote = new Set([
  "target.queue",
  "target.remote",
  "target.smtp",
  "target.lmtp",
  "queue",
  "remote",
  "smtp",
  "dummy",
]);

/** What the endpoint's pipeline refers to. */
interface Surroundings {
  readonly globals: readonly Node[];
  readonly files: MailDefinition["files"];
}

/** A recipient of another domain from a sender of another domain. @throws Stops for a pipeline that maddy refuses. */
export function foreignMail(endpoint: Node, around: Surroundings): Way {
  const nodes = endpoint.children ?? [];
  const checks = nodes.filter((each) => each.name === "check");
  const sources = nodes.filter((each) => each.name === "source" || each.name === "source_in");
  const byDefault = last(nodes, "default_source");
  const own = nodes.filter((each) => handling.has(each.name));
  if (sources.length > 0 && !byDefault) throw new Stops(endpoint.at, "source rules need a default_source");
  if (!byDefault && own.length === 0) throw new Stops(endpoint.at, "the endpoint says nothing of where mail goes");
  const way = recipients(byDefault ? (byDefault.children ?? []) : own, byDefault ?? endpoint, around, 0);
  const others = sources.map((each) => recipients(each.children ?? [], each, around, 0));
  // A sender is only a claim: what one branch takes, a stranger who names that sender may get.
  const elsewhere = others.find((each) => each.taken !== false);
  if (way.taken === false && elsewhere)
    return { taken: unknown(`the sender, which ${elsewhere.at} lets decide`), at: elsewhere.at };
  if (way.taken !== false && checks.length > 0)
    return { taken: unknown(...checks.map((each) => `whom the checks in ${each.at} refuse`)), at: way.at };
  return way;
}

function recipients(nodes: readonly Node[], block: Node, around: Surroundings, depth: number): Way {
  if (depth > 20) return { taken: unknown(`where ${block.at} leads`), at: block.at };
  const checks = nodes.filter((each) => each.name === "check");
  const byDefault = last(nodes, "default_destination");
  const inner = byDefault
    ? (byDefault.children ?? [])
    : nodes.filter((each) => ["deliver_to", "reroute", "reject"].includes(each.name));
  const way = handled(inner, byDefault ?? block, around, depth);
  // What such a table refuses is refused either way.
  const leadsOn = (each: Node) => recipients(each.children ?? [], each, around, depth + 1).taken !== false;
  const tables = way.taken === false ? nodes.filter(({ name }) => name === "destination_in") : [];
  const table = tables.find((each) => mayHoldForeign(each, around) && leadsOn(each));
  if (table) return { taken: unknown(`whom the table in ${table.at} holds`), at: table.at };
  if (way.taken !== false && checks.length > 0)
    return { taken: unknown(...checks.map((each) => `whom the checks in ${each.at} refuse`)), at: way.at };
  return way;
}

function handled(nodes: readonly Node[], block: Node, around: Surroundings, depth: number): Way {
  const ways = nodes.map((node): Way => {
    if (node.name === "reject") return { taken: false, at: node.at };
    if (node.name === "reroute") return recipients(node.children ?? [], node, around, depth + 1);
    if (node.name === "deliver_to") return delivered(node, around, depth);
    return { taken: true, at: node.at };
  });
  const refusing = ways.find((each) => each.taken === false);
  const open = ways.find((each) => each.taken !== true);
  return (
    refusing ??
    open ?? { taken: ways.length > 0 ? true : unknown(`where ${block.at} leads`), at: ways[0]?.at ?? block.at }
  );
}

/** A target by name (`&name`), or one that is made on the spot (`smtp tcp://…`). */
function delivered(node: Node, around: Surroundings, depth: number): Way {
  const [word = ""] = node.args;
  const name = word.startsWith("&") ? word.slice(1) : undefined;
  const target = name === undefined ? undefined : around.globals.find((each) => each.args[0] === name);
  const kind = name === undefined ? word : target?.name;
  if (target?.name === "msgpipeline") return recipients(target.children ?? [], target, around, depth + 1);
  if (kind !== undefined && remote.has(kind)) return { taken: true, at: node.at };
  if (kind?.startsWith("storage.")) return { taken: false, at: node.at };
  const missing = environment(node.args);
  return {
    taken: unknown(
      ...(missing.length > 0 ? missing : [`what ${word === "" ? node.at : `${kind ?? word} in ${node.at}`} takes`]),
    ),
    at: node.at,
  };
}

/** Whether a table may hold a domain that nobody names: those that list their keys do not. */
function mayHoldForeign({ args }: Node, { globals, files }: Surroundings): boolean {
  const [word = ""] = args;
  const named = word.startsWith("&") ? globals.find((each) => each.args[0] === word.slice(1)) : undefined;
  const kind = (named ? named.name : word).replace(/^table\./, "");
  if (kind === "static") return false;
  const path = named ? (last(named.children ?? [], "file")?.args[0] ?? named.args[1]) : args[1];
  return kind !== "file" || path === undefined || files[path.replace(/^\/etc\/maddy\//, "")] === undefined;
}
