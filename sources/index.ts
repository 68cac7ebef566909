import { dirname, relative } from "node:path";
import { InputError } from "../model/errors.js";
import { type Estate, joinEstates } from "../model/network.js";
import type { Input } from "../model/report.js";
import type { Hosts } from "./ansible/index.js";
import { knownBelow } from "./below.js";
import type { Unread } from "./clients/index.js";
import { digest, isReadableDirectory } from "./digest.js";
import { isFile, type StartOf, startOnce } from "./disk.js";
import { type FileTree, treeOnDisk } from "./mail/tree.js";
import type { Carried } from "./pulumi/carriers/carrier.js";

/** One kind of source, recognised by its content. */
interface Source {
  /** @param startOf gives the first bytes of this file, or of others beside it. */
  recognises(path: string, startOf: StartOf): Promise<Input["kind"] | undefined>;
  read(path: string): Promise<Estate>;
}

/** Loaded only when an audit reads files. A new source is a file or folder here and an entry in this list. */
async function sources(): Promise<Source[]> {
  const pulumi = await import("./pulumi/index.js");
  const terraform = await import("./terraform/index.js");
  const mail = await import("./mail/index.js");
  const hostFirewall = await import("./host-firewall/index.js");
  const kubernetes = await import("./kubernetes/index.js");
  const scans = await import("./scans/index.js");
  return [
    {
      recognises: mail.recognisesMail,
      read: async (path) => ({ interfaces: [], definitions: await mail.readMail(path) }),
    },
    {
      recognises: async (path, startOf) =>
        (await hostFirewall.recognisesHostFirewall(path, startOf)) ? "host-firewall" : undefined,
      read: hostFirewall.readHostFirewall,
    },
    {
      recognises: async (path, startOf) => ((await scans.recognisesScan(path, startOf)) ? "tls-scan" : undefined),
      read: scans.readScan,
    },
    {
      recognises: async (path, startOf) =>
        (await kubernetes.recognisesKubernetes(path, startOf)) ? "kubernetes" : undefined,
      read: kubernetes.readKubernetes,
    },
    {
      recognises: terraform.recognisesTerraform,
      read: terraform.readTerraform,
    },
    {
      recognises: pulumi.recognisesPulumi,
      read: pulumi.readPulumi,
    },
  ];
}

/** What was read, and what in a directory of many kinds could not be: the rest is read all the same. */
export interface Reading {
  readonly estate: Estate;
  readonly inputs: readonly Input[];
  readonly failures: readonly InputError[];
}

type Recognised = readonly [Source, Input["kind"]];

/**
 * Reads files and directories, each by the first source that recognises it; a directory that none does, by what lies in it.
 * @throws InputError for a path that does not exist, cannot be read, or in which no source recognises anything.
 */
export async function readSources(paths: readonly string[]): Promise<Reading> {
  const known = await sources();
  const estates: Estate[] = [];
  const inputs: Input[] = [];
  const { clientsIn } = await import("./clients/index.js");
  const { composeReader, isCompose } = await import("./clients/compose.js");
  const { containersIn } = await import("./containers/compose.js");
  const { isDockerfile } = await import("./containers/dockerfile.js");
  const { dockerfilesOver } = await import("./containers/dockerfile-edits.js");
  const { mailcowOver } = await import("./containers/mailcow.js");
  const { packagedPostfixIn } = await import("./containers/dockerfile-postfix.js");
  const { unevaluatedIn } = await import("./mail/unevaluated.js");
  const failures: InputError[] = [];
  for (const path of paths) {
    const isDirectory = isReadableDirectory(path);
    // Programs that send mail, containers and playbooks may stand beside anything else.
    const tree = treeOnDisk(path);
    const idOf = (each: string) => tree.at(each);
    const broken = new Map<string, InputError>();
    const unread = isDirectory ? (each: string, error: InputError) => broken.set(idOf(each), error) : undefined;
    const charts = await chartsIn(tree, idOf, unread);
    const compose = composeReader(tree);
    const clients = [...clientsIn(tree, { origin: "planned", idOf }, unread, compose), ...charts.clients];
    const containers = [...containersIn(tree, idOf, unread, compose), ...charts.containers];
    const { interfaces: hosts, definitions, used } = await ansibleHosts(path, tree, failures);
    const put = [...used];
    const isUsed = (at: string) => put.some((file) => at.startsWith(file));
    const directories = new Set(put.map((file) => dirname(file)));
    const unevaluated = unevaluatedIn(tree, idOf).filter(({ missing }) => !missing.every(isUsed));
    const packaged = packagedPostfixIn(tree);
    estates.push({
      interfaces: hosts,
      definitions: [...unevaluated, ...packaged, ...definitions],
      clients,
      containers,
    });
    for (const [name, error] of broken) {
      failures.push(error);
      inputs.push({
        name,
        kind: isCompose(name) || isDockerfile(name) ? "compose" : "mail-client",
        problem: error.line,
      });
    }
    const whole = await recogniser(path, known);
    const overBuilds = dockerfilesOver(tree);
    const afterMailcow = mailcowOver(containers, tree);
    const built = (read: Estate) => ({
      ...read,
      definitions: afterMailcow(overBuilds(read.definitions)),
    });
    if (whole) {
      estates.push(built(await whole[0].read(path)));
      inputs.push({ name: path, kind: whole[1], sha256: digest(path) });
      continue;
    }
    const parts = isDirectory ? await knownBelow(path, (each) => recogniser(each, known)) : [];
    // Most Dockerfiles of a directory are for something else.
    const told = isDirectory ? containers.filter(({ id }) => !isDockerfile(id)) : containers;
    if ([parts, clients, told, hosts, definitions, unevaluated, packaged].every(({ length }) => length === 0))
      throw [...broken.values()][0] ?? nothingKnown(path);
    const beside = [
      ...(clients.length > 0 ? ["mail-client" as const] : []),
      ...(told.length + packaged.length > 0 ? ["compose" as const] : []),
      ...(unevaluated.length > 0 ? ["not-evaluated" as const] : []),
      ...(hosts.length + definitions.length > 0 ? ["ansible" as const] : []),
    ];
    if (beside.length > 0) {
      const sha256 = digest(path);
      inputs.push(...beside.map((kind) => ({ name: path, kind, sha256 })));
    }
    for (const [part, [source, kind]] of parts) {
      if (hosts.length > 0 && kind === "host-firewall" && isOfRole(relative(path, part))) continue;
      // What a role puts onto a host is read as it is there.
      if (directories.has(part)) continue;
      const input = { name: part, kind, sha256: digest(part) };
      try {
        estates.push(built(await source.read(part)));
        inputs.push(input);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        failures.push(error);
        inputs.push({ ...input, problem: error.line });
      }
    }
  }
  return { estate: joinEstates(...estates), inputs, failures };
}

/** Loaded only where a chart lies. */
async function chartsIn(tree: FileTree, idOf: (path: string) => string, unread?: Unread): Promise<Carried> {
  if (!tree.paths.some((each) => /(^|\/)Chart\.yaml$/.test(each)))
    return { containers: [], clients: [], definitions: [] };
  const { helmValuesIn } = await import("./kubernetes/helm-values.js");
  return helmValuesIn(tree, idOf, unread);
}

/** What a role copies or fills in is read where it is put: it is no host of its own. */
function isOfRole(part: string): boolean {
  return /(?:^|\/)(?:files|templates)(?:\/|$)/.test(part);
}

/** One playbook of a directory that cannot be read keeps nothing else from being read. */
async function ansibleHosts(path: string, tree: FileTree, failures: InputError[]): Promise<Hosts> {
  const { readAnsible } = await import("./ansible/index.js");
  try {
    return await readAnsible(path, tree);
  } catch (error) {
    if (!(error instanceof InputError) || isFile(path)) throw error;
    failures.push(error);
    return { interfaces: [], definitions: [], used: new Set() };
  }
}

/** Whether a file holds something that is audited, and is no declaration. */
export async function isSource(path: string): Promise<boolean> {
  if ((await recogniser(path, await sources())) !== undefined) return true;
  const { clientsIn } = await import("./clients/index.js");
  const { recognisesAnsible } = await import("./ansible/index.js");
  const tree = treeOnDisk(path);
  return clientsIn(tree, { origin: "planned", idOf: (each) => tree.at(each) }).length > 0 || recognisesAnsible(tree);
}

async function recogniser(path: string, known: readonly Source[]): Promise<Recognised | undefined> {
  const startOf = startOnce();
  for (const source of known) {
    const kind = await source.recognises(path, startOf);
    if (kind) return [source, kind];
  }
  return undefined;
}

function nothingKnown(path: string): InputError {
  return new InputError(
    path,
    "is nothing that port587 can read",
    "Expected a Pulumi stack export, the output of `pulumi preview --json --show-sames` or of `terraform show -json`, a mail server's configuration, Kubernetes manifests, the output of iptables-save or `nft -j list ruleset`, nftables.conf, pf.conf, the rules of Windows as JSON, a directory with those of ufw or firewalld, Ansible playbooks or roles that set up a host's firewall, the output of sslyze, testssl.sh or zgrab2 as JSON, the settings of a program that sends mail (docs/limits.md, Clients), a directory with any of these below it, or one with a port587.yaml.",
  );
}
