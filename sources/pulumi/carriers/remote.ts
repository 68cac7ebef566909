import type { MailDefinition } from "../../../model/mail.js";
import { isUnknown } from "../../../model/maybe.js";
import { commandsOf, type Script } from "../../host-firewall/shell.js";
import { mailDefinitionsIn, touchedBy } from "../../mail/index.js";
import { type Concerns, joined } from "../../shell-items.js";
import { WrittenScripts } from "../../written-scripts.js";
import type { Input } from "../input.js";
import { inputOf, type Resource } from "../resource.js";
import { type Carrier, nothingCarried, type PlacedFile, treeFor } from "./carrier.js";

const commandType = "command:remote:Command";
const copyTypes: ReadonlySet<string> = new Set(["command:remote:CopyToRemote", "command:remote:CopyFile"]);

/**
 * What a program writes onto machines over SSH, machine by machine: files that are copied whole are read where the
 * program itself holds their text; what commands change, and files that lie elsewhere, leave the server undecided.
 */
export const remoteCarrier: Carrier = (resources) => {
  const byMachine = new Map<unknown, Resource[]>();
  for (const each of resources) {
    if (each.type !== commandType && !copyTypes.has(each.type)) continue;
    const machine = machineOf(each);
    byMachine.set(machine, [...(byMachine.get(machine) ?? []), each]);
  }
  return { ...nothingCarried, definitions: [...byMachine].flatMap(([machine, acts]) => definitionsOn(machine, acts)) };
};

/** The resource that the connection leads to, else its address: what tells one machine from another. */
function machineOf(act: Resource): unknown {
  const [machine, ...others] = new Set(
    (act.propertyDependencies.connection ?? []).filter(({ type }) => isMachine(type)),
  );
  if (machine && others.length === 0) return machine;
  const host = inputOf(act, "connection").revealed().member("host").revealed().text();
  return typeof host === "string" ? host : act;
}

const isMachine = (type: string) => /(instance|server|droplet|virtualMachine)/i.test(type.split(":").at(-1) ?? "");

function definitionsOn(machine: unknown, acts: readonly Resource[]): MailDefinition[] {
  const copies = acts.filter(({ type }) => copyTypes.has(type));
  const commands = acts.filter(({ type }) => type === commandType);
  const ordered = inOrder(copies, commands);
  const scripts = commands.flatMap(scriptsOf);
  const isResource = typeof machine === "object" && machine !== null && !acts.includes(machine as Resource);
  const whose = { origin: "planned", ...(isResource ? { hostedBy: (machine as Resource).urn } : {}) } as const;
  const files = new Map(copies.flatMap(copied));
  const missing = (touches: Concerns) => {
    const written = new WrittenScripts(files, touches);
    const open = ordered ? [] : scripts.filter(({ text }) => written.concerns(text)).map(({ at }) => at);
    return [...open, ...written.runByItself()];
  };
  const script = (touches: Concerns) => scriptOf(ordered ?? [], new WrittenScripts(files, touches));
  const [first] = acts;
  const found = mailDefinitionsIn(treeFor(files, true), {
    ...whose,
    idOf: (root) => `${first?.urn}:/${root}`,
    ...{ missing, script },
  });
  const touched = new Map(scripts.flatMap(({ text, at }) => touchedBy(text).map((product) => [product, at] as const)));
  const untold = [...touched].filter(([product]) => !found.some((each) => each.product === product));
  return [
    ...found,
    ...untold.map(([product, at]): MailDefinition => ({ id: at, product, ...whose, files: {}, missing: [at] })),
  ];
}

/** The commands, where each is known to run after the copies and the one before it; else whose turn is when is not told. */
function inOrder(copies: readonly Resource[], commands: readonly Resource[]): Resource[] | undefined {
  const before = new Map(commands.map((each) => [each, everythingBefore(each)]));
  const sorted = [...commands].sort((a, b) => (before.get(a)?.has(b) ? 1 : before.get(b)?.has(a) ? -1 : 0));
  const follows = (command: Resource, i: number) =>
    [...copies, ...sorted.slice(Math.max(0, i - 1), i)].every((each) => before.get(command)?.has(each));
  return sorted.every(follows) ? sorted : undefined;
}

function everythingBefore(act: Resource): Set<Resource> {
  const found = new Set<Resource>();
  const walk = (each: Resource) => {
    for (const dependency of each.dependencies.filter((one) => !found.has(one))) {
      found.add(dependency);
      walk(dependency);
    }
  };
  walk(act);
  return found;
}

/** What runs when the resources are made. */
function scriptOf(commands: readonly Resource[], written: WrittenScripts): Script {
  const { concerns } = written;
  const read = commands
    .flatMap(scriptsOf)
    .filter(({ text }) => concerns(text))
    .map(({ text, at, isCreate }) =>
      isCreate ? commandsOf(text, () => at, concerns) : { commands: [], unread: [at] },
    );
  return written.within(joined(read, concerns));
}

function scriptsOf(command: Resource): { text: string; at: string; isCreate: boolean }[] {
  return ["create", "update", "stdin"].flatMap((name) => {
    const input = inputOf(command, name);
    const text = input.revealed().text();
    return text === undefined || isUnknown(text) ? [] : [{ text, at: input.at, isCreate: name === "create" }];
  });
}

function copied(act: Resource): [string, PlacedFile][] {
  const target = inputOf(act, "remotePath").text();
  if (typeof target !== "string") return [];
  const path = target.replace(/^\/+|\/+$/g, "");
  const source = inputOf(act, "source").revealed();
  const parts = source.member("assets").revealed();
  const below = parts.names().map((name): [string, PlacedFile] => [`${path}/${name}`, assetAt(parts.member(name))]);
  return below.length > 0 ? below : [[path, act.type.endsWith("CopyFile") ? untold(act) : assetAt(source)]];
}

/** An asset that the program made of a text; one that is a file or an address is not at hand. */
function assetAt(asset: Input): PlacedFile {
  const text = asset.revealed().member("text").revealed().text();
  return { text: typeof text === "string" ? text : undefined, at: asset.at };
}

function untold(act: Resource): PlacedFile {
  return { text: undefined, at: inputOf(act, "localPath").at };
}
