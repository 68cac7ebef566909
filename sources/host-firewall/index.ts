import { basename, dirname, join, resolve } from "node:path";
import type { Family } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import type { Estate } from "../../model/network.js";
import { startOf } from "../start.js";
import { filesIn, readText } from "./files.js";
import { firewalldIn, readFirewalld } from "./firewalld.js";
import { readIptables } from "./iptables.js";
import { layersOf } from "./layers.js";
import { readNftables } from "./nftables.js";
import { readNftablesFile, recognisesNftablesFile } from "./nftables-file.js";
import { readPf, recognisesPf } from "./pf.js";
import type { BaseChain, Ruleset } from "./ruleset.js";
import { readUfw, ufwIn } from "./ufw.js";
import { readWindows, recognisesWindows } from "./windows.js";

/** A firewall that is kept in one file, recognised by how it starts. */
interface FileForm {
  recognises(start: string): boolean;
  read(text: string, at: string): BaseChain[] | Promise<BaseChain[]>;
}

/** A firewall that is kept in a directory of its own, which is looked for in another. */
interface DirectoryForm {
  find(root: string): Promise<string | undefined>;
  read(directory: string): Promise<BaseChain[]>;
}

const isIptables = (start: string) =>
  /^(?:[ \t]*(?:#.*)?\r?\n)*\*(?:filter|nat|mangle|raw|security)[ \t]*\r?$/m.exec(start)?.index === 0;
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
/** Directories that are called the same on every host. */
const common = ["etc", "ufw", "firewalld", "default"];
const commands: Readonly<Record<Family, string>> = { ipv4: "iptables-save", ipv6: "ip6tables-save" };

/** Rules as they are saved or kept: what iptables-save and nft print, ufw's directory; or a directory of one host with them. */
export async function recognisesHostFirewall(path: string): Promise<boolean> {
  const { files, directories } = await partsOf(path);
  return files.length + directories.length > 0;
}

interface Parts {
  readonly files: readonly { readonly at: string; readonly form: FileForm }[];
  readonly directories: readonly { readonly at: string; readonly form: DirectoryForm }[];
}

/** Looks in the directory and in its `etc`. */
async function partsOf(path: string): Promise<Parts> {
  const roots = [path, join(path, "etc")];
  const directories = await Promise.all(
    roots.flatMap((root) =>
      directoryForms.map(async (form) => {
        const at = await form.find(root);
        return at === undefined ? [] : [{ at, form }];
      }),
    ),
  );
  const found = directories.flat();
  const candidates = (
    await Promise.all(roots.filter((root) => !found.some(({ at }) => at === root)).map(filesIn))
  ).flat();
  const files = await Promise.all(
    candidates.map(async (at) => {
      const start = await startOf(at);
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

/**
 * One host as an interface that is named by a comment `# host: NAME`, else by the file or directory. The files of a
 * directory belong together; a host of which only one family's iptables were given is unknown for the other.
 * @throws InputError with `file:line` or `file#nftables[index]`.
 */
export async function readHostFirewall(path: string): Promise<Estate> {
  const id = path.replace(/(?<=.)\/+$/, "");
  const { files, directories } = await partsOf(id);
  if (files.length + directories.length === 0) {
    throw new InputError(
      id,
      "here are no firewall rules",
      "Expected the output of iptables-save or `nft -j list ruleset`, nftables.conf, pf.conf, exported rules of Windows, or a directory with the rules of ufw or firewalld.",
    );
  }
  const bases: BaseChain[] = [];
  const families = new Set<Family>();
  let name = hostName(id);
  for (const { at, form } of files) {
    const text = await readText(at);
    name = /^#\s*host:\s*(\S+)\s*$/m.exec(text)?.[1] ?? name;
    const found = await form.read(text, at);
    if (form === fileForms[0]) notTwice(familyOf(text, basename(at)), families, at);
    for (const base of found) bases.push(base);
  }
  for (const { at, form } of directories) bases.push(...(await form.read(at)));
  const ruleset: Ruleset = { bases, unsaid: directories.length > 0 ? [] : unsaidBeside(families) };
  const evidence = { kind: "code", at: id, says: "the rules of this host" } as const;
  return {
    interfaces: [{ id, name, kind: "interface", origin: "planned", evidence, ...layersOf(ruleset) }],
    definitions: [],
  };
}

/** The last name on the path that is not the same on every host. */
function hostName(path: string): string {
  const name = basename(path);
  if (!common.includes(name)) return name;
  const above = dirname(resolve(path));
  return basename(above) === "" ? name : hostName(above);
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
