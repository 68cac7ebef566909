import { basename, dirname, resolve } from "node:path";
import { InputError } from "../../model/errors.js";
import type { Estate } from "../../model/network.js";
import { type StartOf, startOf } from "../disk.js";
import { listedOnce, onDisk } from "./files.js";
import { hostOf, partsOf } from "./host.js";
import { layersOf } from "./layers.js";

/** Directories that are called the same on every host. */
const common = ["etc", "ufw", "firewalld", "default", "iptables", "sysconfig"];

/** Rules as they are saved or kept: what iptables-save and nft print, ufw's directory; or a directory of one host with them. */
export async function recognisesHostFirewall(path: string, given: StartOf = startOf): Promise<boolean> {
  const { files, directories } = await partsOf(path, listedOnce(path, given));
  return files.length + directories.length > 0;
}

/**
 * One host as an interface that is named by a comment `# host: NAME`, else by the file or directory. The files of a
 * directory belong together; a host of which only one family's iptables were given is unknown for the other.
 * @throws InputError with `file:line` or `file#nftables[index]`.
 */
export async function readHostFirewall(path: string): Promise<Estate> {
  const id = path.replace(/(?<=.)\/+$/, "");
  const parts = await partsOf(id, onDisk);
  if (parts.files.length + parts.directories.length === 0) {
    throw new InputError(
      id,
      "here are no firewall rules",
      "Expected the output of iptables-save or `nft -j list ruleset`, nftables.conf, pf.conf, exported rules of Windows, or a directory with the rules of ufw or firewalld.",
    );
  }
  const { ruleset, name = hostName(id) } = await hostOf(parts, onDisk);
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
