import { AddressSet, internet, privateNetworks } from "../model/addresses.js";
import { InputError } from "../model/errors.js";
import { nearest } from "../model/nearest.js";
import type { NetworkInterface } from "../model/network.js";
import type { PartialSet } from "../model/partial.js";
import { Subjects } from "../model/subjects.js";
import { type Explanation, explain } from "../reach/explain.js";
import { noticesOf } from "../reach/notices.js";
import { noticeLines } from "../reports/notices.js";
import { drawReach } from "../reports/picture.js";
import { nameOf, reachJson, renderReach, type Way } from "../reports/reach.js";
import { readSources } from "../sources/index.js";
import { declared } from "./declared.js";
import { replace } from "./output.js";
import { print } from "./streams.js";
import { styleOf } from "./style.js";
import { parsePort } from "./targets.js";

export interface ReachFlags {
  from?: string;
  to?: string;
  port: string;
  json?: boolean;
  picture?: string;
}

/** Ways that still fit one picture. */
const mostDrawn = 25;

/**
 * `port587 reach [PATH …]`: who can open a port, which rule on which layer decides, and the smallest change.
 * Asked about a machine, it returns 0 when it is open for all peers in question, 1 when not, 3 when undecided; a list of
 * everything returns 0.
 */
export async function reach(paths: readonly string[], flags: ReachFlags): Promise<number> {
  const port = parsePort(flags.port, "--port");
  const { written, sources } = await declared(paths);
  if (sources.length === 0)
    throw new InputError("reach", "there is nothing to read", "Name a stack export, a plan or a rule set.");
  const { estate, failures } = await readSources(sources);
  if (failures[0]) throw failures[0];
  const subjects = new Subjects(written, estate.interfaces);
  const machine = (name: string | undefined) => machines(name, subjects);
  const [from, to] = [machine(flags.from), machine(flags.to)];
  const isOut = from !== undefined;
  if (isOut && to !== undefined)
    throw new InputError(
      "reach",
      "--from and --to both name machines",
      "Name one machine, and addresses or nothing for the other end.",
    );
  const asked = peersOf((isOut ? flags.to : flags.from) ?? "internet", isOut ? "--to" : "--from", subjects);
  if (!isOut && flags.to !== undefined && to === undefined) throw noMachine("--to", flags.to, subjects);
  const ways = (from ?? to ?? estate.interfaces).map((nic) => {
    const subject = isOut ? subjects.ofEgress(nic, "*", port) : subjects.ofInterface(nic, port);
    // Of many machines no more is kept than is shown.
    return wayOf(explain(nic, subject, isOut ? "out" : "in", port, asked));
  });
  if (flags.picture !== undefined && ways.length > mostDrawn)
    throw new InputError(
      "--picture",
      `${ways.length} machines are too many for one picture`,
      "Name one with --to or --from.",
    );
  const shown = ways.toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
  if (flags.picture !== undefined) await replace(flags.picture, [await drawReach(shown, nameOf(asked))]);
  await print(flags.json ? reachJson(shown) : renderReach(shown, asked, styleOf(process.stdout)));
  for (const line of noticeLines(noticesOf(estate))) process.stderr.write(`port587: ${line}\n`);
  if (from === undefined && to === undefined) return 0;
  return ways.some(({ verdict }) => verdict === "closed" || verdict === "partial")
    ? 1
    : ways.some(({ verdict }) => verdict === "unknown")
      ? 3
      : 0;
}

/** The machines of that name; undefined when it names none, and may be an address. */
function machines(name: string | undefined, subjects: Subjects): NetworkInterface[] | undefined {
  if (name === undefined) return undefined;
  const host = subjects.declaration.endpoints.find((each) => each.host === name)?.resource;
  const found = subjects.interfaces.filter((nic) => subjects.isKnownAs(nic, host ?? name));
  return found.length > 0 ? found : undefined;
}

function peersOf(text: string, option: string, subjects: Subjects): AddressSet {
  if (text === "internet") return internet;
  if (text === "private") return privateNetworks;
  try {
    return AddressSet.of(...text.split(","));
  } catch {
    throw noMachine(option, text, subjects, "internet, private, addresses and CIDR blocks, or ");
  }
}

function noMachine(option: string, text: string, { interfaces, declaration }: Subjects, others = ""): InputError {
  const names = [...interfaces.map((nic) => nic.name), ...declaration.endpoints.map((each) => each.host)];
  const close = nearest(text, names);
  const mend = close ? `Did you mean ${close}?` : `Write ${others}a machine: ${[...new Set(names)].sort().join(", ")}.`;
  return new InputError(option, `"${text}" is not known`, mend);
}

function blocksOf({ certain }: PartialSet): Way["sources"] {
  return { ipv4: certain.toCidrs("ipv4"), ipv6: certain.toCidrs("ipv6") };
}

function wayOf({
  subject,
  port,
  direction,
  verdict,
  peers,
  others,
  layers,
  blockers,
  minimalChange,
  missing,
}: Explanation): Way {
  const [sources, destinations] = direction === "in" ? [peers, others] : [others, peers];
  return {
    subject,
    port,
    protocol: "tcp",
    verdict,
    direction,
    sources: blocksOf(sources),
    destinations: blocksOf(destinations),
    layers: layers.map((each) => ({
      layer: each.layer,
      verdict: each.verdict,
      decidedBy: each.decidedBy.map(({ at, says }) => ({ rule: at, evidence: says })),
    })),
    blockers: blockers.map((each) => each.layer),
    minimalChange: minimalChange.says,
    missing,
  };
}
