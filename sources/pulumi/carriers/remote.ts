import type { MailDefinition } from "../../../model/mail.js";
import { isUnknown } from "../../../model/maybe.js";
import { mailDefinitionsIn, touchedBy } from "../../mail/index.js";
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
  const files = new Map(acts.filter(({ type }) => copyTypes.has(type)).flatMap(copied));
  const scripts = acts.filter(({ type }) => type === commandType).flatMap(scriptsOf);
  const isResource = typeof machine === "object" && machine !== null && !acts.includes(machine as Resource);
  const whose = { origin: "planned", ...(isResource ? { hostedBy: (machine as Resource).urn } : {}) } as const;
  const missing = (touches: (text: string) => boolean) =>
    scripts.filter(({ text }) => touches(text)).map(({ at }) => at);
  const [first] = acts;
  const found = mailDefinitionsIn(treeFor(files, true), {
    ...whose,
    idOf: (root) => `${first?.urn}:/${root}`,
    missing,
  });
  const commands = new Map(scripts.flatMap(({ text, at }) => touchedBy(text).map((product) => [product, at] as const)));
  const untold = [...commands].filter(([product]) => !found.some((each) => each.product === product));
  return [
    ...found,
    ...untold.map(([product, at]): MailDefinition => ({ id: at, product, ...whose, files: {}, missing: [at] })),
  ];
}

function scriptsOf(command: Resource): { text: string; at: string }[] {
  return ["create", "update", "stdin"].flatMap((name) => {
    const input = inputOf(command, name);
    const text = input.revealed().text();
    return text === undefined || isUnknown(text) ? [] : [{ text, at: input.at }];
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
