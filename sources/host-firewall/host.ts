import { basename, join } from "node:path";
import type { Family } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import type { Files } from "./files.js";
import { firewalldIn, readFirewalld } from "./firewalld.js";
import { readIptables } from "./iptables.js";
import { readNftables } from "./nftables.js";
import { readNftablesFile, recognisesNftablesFile } from "./nftables-file.js";
import { readPf, recognisesPf } from "./pf.js";
import type { BaseChain, Ruleset } from "./ruleset.js";
import { readUfw, ufwIn } from "./ufw.js";
import { readWindows, recognisesWindows } from "./windows.js";

/** A firewall that is kept in one file, recognised by how it starts. */
interface FileForm {
  recognises(start: string): boolean;
  read(text: string, at: string, files: Files): BaseChain[] | Promise<BaseChain[]>;
}

/** A firewall that is kept in a directory of its own, which is looked for in another. */
interface DirectoryForm {
  find(root: string, files: Files): Promise<string | undefined>;
  read(directory: string, files: Files): Promise<BaseChain[]>;
}

const isIptables = (start: string) =>
  /^(?:[ \t]*(?:#.*)?\r?\n)*\*(?:filter|nat|mangle|raw|security)[ \t]*\r?(?:\n|$)/.test(start);
const nftablesFile: FileForm = { recognises: recognisesNftablesFile, read: readNftablesFile };
const fileForms: readonly FileForm[] = [
  { recognises: isIptables, read: (text, at) => readIptables(text, at, familyOf(text, basename(at))) },
  { recognises: (start) => /^\s*\{\s*"nftables"\s*:/.test(start), read: readNftables },
  nftablesFile,
  { recognises: recognisesWindows, read: readWindows },
  { recognises: recognisesPf, read: readPf },
];
const directoryForms: readonly DirectoryForm[] = [
  { find: ufwIn, read: readUfw },
  { find: firewalldIn, read: readFirewalld },
];
const commands: Readonly<Record<Family, string>> = { ipv4: "iptables-save", ipv6: "ip6tables-save" };

/** The files and directories of one host that hold rules. */
export interface Parts {
  readonly files: readonly { readonly at: string; readonly form: FileForm }[];
  readonly directories: readonly { readonly at: string; readonly form: DirectoryForm }[];
}

/** Below `etc`: iptables-persistent of Debian and the services of Red Hat keep rules there. */
const places = ["iptables", "sysconfig"];

/** Looks in the directory and in its `etc`; `loaded` are files from anywhere that are known to be loaded. */
export async function partsOf(path: string, source: Files, loaded: readonly string[] = []): Promise<Parts> {
  const roots = (await source.isFile(path)) ? [] : [path, join(path, "etc")];
  const holders = [
    ...(roots.length === 0 ? [path] : roots),
    ...roots.filter((root) => basename(root) === "etc").flatMap((etc) => places.map((place) => join(etc, place))),
  ];
  const directories = await Promise.all(
    roots.flatMap((root) =>
      directoryForms.map(async (form) => {
        const at = await form.find(root, source);
        return at === undefined ? [] : [{ at, form }];
      }),
    ),
  );
  const found = directories.flat();
  const candidates = (
    await Promise.all(
      holders.filter((root) => !found.some(({ at }) => at === root)).map((root) => source.filesIn(root)),
    )
  ).flat();
  const files = await Promise.all(
    [...new Set([...candidates, ...loaded])].map(async (at) => {
      const start = await source.startOf(at);
      const form = fileForms.find((each) => each.recognises(start));
      return form ? [{ at, form }] : [];
    }),
  );
  return { files: withoutIncluded(files.flat()), directories: found };
}

/** `nftables.conf` is what the service loads; other files in nftables' syntax count where it includes them. */
function withoutIncluded(files: Parts["files"]): Parts["files"] {
  const main = files.some(({ at, form }) => form === nftablesFile && basename(at) === "nftables.conf");
  return main ? files.filter(({ at, form }) => form !== nftablesFile || basename(at) === "nftables.conf") : files;
}

/** What a host filters with, and the name that a comment `# host: NAME` gives it. */
export interface Host {
  readonly ruleset: Ruleset;
  readonly name: string | undefined;
}

/**
 * The files of a host belong together; one of which only one family's iptables were given is unknown for the other.
 * @throws InputError with `file:line` or `file#nftables[index]`.
 */
export async function hostOf({ files, directories }: Parts, source: Files): Promise<Host> {
  const bases: BaseChain[] = [];
  const families = new Set<Family>();
  let name: string | undefined;
  for (const { at, form } of files) {
    const text = await source.readText(at);
    name = /^#\s*host:\s*(\S+)\s*$/m.exec(text)?.[1] ?? name;
    const found = await form.read(text, at, source);
    if (form === fileForms[0]) notTwice(familyOf(text, basename(at)), families, at);
    for (const base of found) bases.push(base);
  }
  for (const { at, form } of directories) bases.push(...(await form.read(at, source)));
  return { ruleset: { bases, unsaid: directories.length > 0 ? [] : unsaidBeside(families) }, name };
}

function notTwice(family: Family, families: Set<Family>, at: string): void {
  if (families.has(family)) {
    throw new InputError(
      at,
      `is a second ${commands[family]} of one host`,
      "Keep the files of each host in a directory of its own.",
    );
  }
  families.add(family);
}

/** iptables of one family leave open what those of the other do; nftables list both. */
function unsaidBeside(given: ReadonlySet<Family>): Ruleset["unsaid"] {
  if (given.size !== 1) return [];
  const family = given.has("ipv4") ? "ipv6" : "ipv4";
  return [{ family, missing: `${commands[family]} of this host` }];
}

/** The file's own words, else its name, else an address in it; iptables without any of them is IPv4. */
function familyOf(text: string, name: string): Family {
  const generated = /^# Generated by (ip6?)tables-save/m.exec(text)?.[1];
  if (generated !== undefined) return generated === "ip6" ? "ipv6" : "ipv4";
  if (/ip6|v6/i.test(name)) return "ipv6";
  if (/ipt|v4/i.test(name)) return "ipv4";
  return /\s-[sd]\s+[0-9a-f]*:|ipv6-icmp|icmp6/i.test(text) ? "ipv6" : "ipv4";
}
