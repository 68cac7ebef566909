import { InputError } from "../../model/errors.js";
import { type Layer, type NetworkInterface, withWays } from "../../model/network.js";
import { inMemory } from "./files.js";
import { readFirewalldCommands } from "./firewalld-commands.js";
import { hostOf, partsOf } from "./host.js";
import { readIptablesCommands } from "./iptables-commands.js";
import { layersOf } from "./layers.js";
import { readNftablesFile } from "./nftables-file.js";
import type { BaseChain, Ruleset } from "./ruleset.js";
import { sorted, toolOf } from "./setup-commands.js";
import type { Command, Script } from "./shell.js";
import { readUfwCommands } from "./ufw-commands.js";
import { packagedUfw } from "./ufw-packaged.js";

/** What a machine is set up with: files by their path from the root, `undefined` where the content is not known. */
export interface Setup {
  readonly files: ReadonlyMap<string, string | undefined>;
  readonly script: Script;
  /** How evidence names a file. */
  readonly placeOf: (path: string) => string;
}

export type HostLayers = Required<Pick<NetworkInterface, "ingress" | "egress" | "ingressAnswers" | "egressAnswers">>;

/** Where rules are kept that the services of Debian, Ubuntu, Red Hat and the BSDs load at boot. */
const kept =
  /^etc\/(?:nftables\.conf|nftables\/|sysconfig\/(?:nftables\.conf|ip6?tables)$|iptables\/|ufw\/|default\/ufw$|firewalld\/|pf\.conf$)/;

/**
 * The rules that a machine's set-up gives to its own firewall, on an image that brings none along; undefined where it says
 * nothing about one. What cannot be read as rules makes all layers unknown, with the places named.
 */
export async function hostLayersOf({ files, script, placeOf }: Setup): Promise<HostLayers | undefined> {
  const own = [...files].filter(([path]) => kept.test(path));
  const { rules, loads, stops, unread } = sorted(script.commands);
  const open = [
    ...script.unread,
    ...unread,
    ...own.flatMap(([path, text]) => (text === undefined ? [placeOf(path)] : [])),
    ...loads.flatMap(({ path, at }) => (isGiven(path, files) || isCommanded(path, rules) ? [] : [at])),
  ];
  const loaded = loads.flatMap(({ path }) => (files.has(path) ? [[path, files.get(path)] as const] : []));
  const saved = withEnabled([...own, ...loaded], rules);
  const commands = saved === undefined ? rules : [];
  const texts = saved ?? [...own, ...loaded];
  const tools = new Set(commands.map(({ words }) => toolOf(words)));
  // Which of two comes last, a file's service or a command, is not seen.
  if (tools.size > 1 || (commands.length > 0 && texts.length > 0)) open.push(...commands.map(({ at }) => at));
  const inUse = [
    ...[...tools].map((tool) => (tool === "firewall-cmd" ? "firewalld" : tool)),
    ...texts.map(([path]) => path),
  ].join(" ");
  open.push(...stops.flatMap(({ service, at }) => (inUse.includes(service) ? [at] : [])));
  if (open.length > 0) return unknownLayers([...new Set(open)]);
  if (commands.length === 0 && texts.length === 0) return undefined;
  try {
    const bases = commands.length > 0 ? await readCommands(commands) : await readSaved(texts, placeOf);
    return typeof bases === "string" ? unknownLayers([bases]) : layersOf(bases);
  } catch (error) {
    if (error instanceof InputError) return unknownLayers([error.where]);
    throw error;
  }
}

/** A file of the set-up, or a directory that holds some. */
function isGiven(path: string, files: Setup["files"]): boolean {
  return files.get(path) !== undefined || [...files.keys()].some((each) => each.startsWith(`${path}/`));
}

/** firewalld that is started, and set up by commands. */
function isCommanded(path: string, rules: readonly Command[]): boolean {
  return path === "etc/firewalld" && rules.some(({ words }) => toolOf(words) === "firewall-cmd");
}

/** The layers of the machine's own firewall, behind those around it. */
export function behind(nic: NetworkInterface, host: HostLayers): NetworkInterface {
  return withWays(nic, ({ ingress, egress, ingressAnswers = [], egressAnswers = [] }) => ({
    ingress: [...ingress, ...host.ingress],
    egress: [...host.egress, ...egress],
    ingressAnswers: [...host.ingressAnswers, ...ingressAnswers],
    egressAnswers: [...egressAnswers, ...host.egressAnswers],
  }));
}

export function unknownLayers(places: readonly string[]): HostLayers {
  const says = "sets up the host's firewall in a way that is not read";
  const layer: Layer = {
    ...{ name: "host firewall", combine: "first-match", rules: [] },
    otherwise: { action: "allow", evidence: { kind: "code", at: places[0] ?? "", says } },
    incomplete: [...places].sort(),
  };
  return { ingress: [layer], egress: [layer], ingressAnswers: [], egressAnswers: [] };
}

type Texts = readonly (readonly [path: string, text: string | undefined])[];

/** Files of ufw with `ufw enable` alone: it then loads them, whatever ufw.conf says. */
function withEnabled(texts: Texts, rules: readonly Command[]): Texts | undefined {
  const isEnable = ({ words }: Command) => words[0] === "ufw" && words.includes("enable");
  if (rules.length === 0 || !rules.every(isEnable) || !texts.some(([path]) => path.startsWith("etc/ufw/")))
    return undefined;
  return texts.map(([path, text]) =>
    path === "etc/ufw/ufw.conf" ? [path, text?.replace(/^ENABLED=.*$/m, "ENABLED=yes")] : [path, text],
  );
}

async function readCommands(commands: readonly Command[]): Promise<Ruleset | string> {
  const tool = toolOf(commands[0]?.words ?? []);
  const bases =
    tool === "ufw"
      ? readUfwCommands(commands)
      : tool === "iptables"
        ? readIptablesCommands(commands)
        : tool === "nft"
          ? await readNftCommands(commands)
          : await readFirewalldCommands(commands);
  return typeof bases === "string" ? bases : { bases, unsaid: [] };
}

/** nft joins its arguments with spaces and reads them like a line of a file: the one on which the command stands. */
async function readNftCommands(commands: readonly Command[]): Promise<BaseChain[] | string> {
  const lines: string[] = [];
  const [path = ""] = (commands[0]?.at ?? "").split(/:(?=\d+$)/);
  for (const { words, at } of commands) {
    const [own, line] = at.split(/:(?=\d+$)/);
    if (own !== path || line === undefined) return at;
    const text = words.slice(1).join(" ");
    const before = lines[Number(line) - 1];
    lines[Number(line) - 1] = before === undefined ? text : `${before}; ${text}`;
  }
  return readNftablesFile(Array.from(lines, (line) => line ?? "").join("\n"), path, inMemory(new Map()));
}

async function readSaved(saved: Texts, placeOf: (path: string) => string): Promise<Ruleset | string> {
  const isOfUfw = saved.some(([path]) => path.startsWith("etc/ufw/"));
  const known = new Map(saved.map(([path, text]) => [placeOf(path), text ?? ""]));
  const packaged = isOfUfw ? Object.entries(packagedUfw).map(([path, text]) => [placeOf(path), text] as const) : [];
  const source = inMemory(new Map([...packaged, ...known]));
  const parts = await partsOf(
    placeOf("").replace(/\/$/, ""),
    source,
    [...known.keys()].filter((path) => !/\/etc\//.test(path)),
  );
  if (parts.files.length + parts.directories.length === 0) return placeOf(saved[0]?.[0] ?? "");
  return (await hostOf(parts, source)).ruleset;
}
