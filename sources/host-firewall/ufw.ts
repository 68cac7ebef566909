import { dirname, join } from "node:path";
import type { Family } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import type { Files } from "./files.js";
import { type Fragment, loadIptables } from "./iptables.js";
import type { BaseChain } from "./ruleset.js";

const sides = ["input", "output"] as const;
/** The chains that ufw hangs into INPUT and OUTPUT, in this order (/lib/ufw/ufw-init-functions of ufw 0.36). */
const primary = ["before-logging", "before", "after", "after-logging", "reject", "track"];
const secondary = ["logging-deny", "logging-allow", ...sides.map((side) => `skip-to-policy-${side}`)];
const user = [...sides.flatMap((side) => [`user-${side}`, `user-logging-${side}`]), "user-limit", "user-limit-accept"];

/** Settings as the shell would take them, with the line each stands on. */
type Settings = ReadonlyMap<string, { readonly value: string; readonly at: string }>;

/** `/etc/ufw`: the directory itself, or the one that holds it. */
export async function ufwIn(root: string, files: Files): Promise<string | undefined> {
  for (const directory of [root, join(root, "ufw")]) {
    if (await files.isFile(join(directory, "ufw.conf"))) return directory;
    if (/^:ufw-user-input /m.test(await files.startOf(join(directory, "user.rules")))) return directory;
  }
  return undefined;
}

/**
 * The rules that `ufw enable` loads: ufw's own chains around before, user and after rules of both families, with the
 * default policies of `/etc/default/ufw`, which is looked for beside the directory.
 * @throws InputError with `file:line`.
 */
export async function readUfw(directory: string, files: Files): Promise<BaseChain[]> {
  const settings = await settingsOf(
    files,
    join(directory, "ufw.conf"),
    join(dirname(directory), "default", "ufw"),
    join(directory, "default", "ufw"),
  );
  const enabled = settings.get("ENABLED");
  if (enabled && !isYes(enabled.value)) return (["ipv4", "ipv6"] as const).flatMap((each) => off(each, enabled.at));
  const six = settings.get("IPV6");
  const ipv6 = six && !isYes(six.value) ? loopbackAlone(six.at) : await familyOf(directory, "ipv6", settings, files);
  return [...(await familyOf(directory, "ipv4", settings, files)), ...ipv6];
}

/** The later file counts; without `/etc/default/ufw` the policies are not known. */
async function settingsOf(files: Files, ...paths: readonly string[]): Promise<Settings> {
  const settings = new Map<string, { value: string; at: string }>();
  for (const path of paths) {
    for (const [i, line] of ((await files.readTextIfAny(path)) ?? "").split("\n").entries()) {
      const [, name, value] = /^\s*(?:export\s+)?([A-Z0-9_]+)=["']?([^"'#\s]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) settings.set(name, { value, at: `${path}:${i + 1}` });
    }
  }
  return settings;
}

async function familyOf(directory: string, family: Family, settings: Settings, files: Files): Promise<BaseChain[]> {
  const six = family === "ipv6" ? "6" : "";
  const given = await Promise.all(
    ["before", "after", "user"].map(async (name): Promise<Fragment> => {
      const path = join(directory, `${name}${six}.rules`);
      const text = await files.readTextIfAny(path);
      return text === undefined ? unread(path, name, six) : { path, text };
    }),
  );
  const own = (text: readonly string[], at: string): Fragment => ({ path: at, at, text: filter(text) });
  const settingsAt = (key: string) => settings.get(key)?.at ?? `${directory} (ufw's own chains)`;
  const chains = [...primary.flatMap((name) => sides.map((side) => `${name}-${side}`)), ...secondary];
  const jumps = primary.flatMap((name) => sides.map((side) => `-A ${side.toUpperCase()} -j ufw${six}-${name}-${side}`));
  const fragments: Fragment[] = [
    ...(await scriptRules(directory, files)),
    own([...chains.map((name) => `:ufw${six}-${name} -`), ...jumps], `${directory} (ufw's own chains)`),
    ...sides.map((side) => own(policyRules(side, six, settings), settingsAt(policyKey(side)))),
    ...given.slice(0, 2),
    own(
      user.map((name) => `:ufw${six}-${name} -`),
      `${directory} (ufw's own chains)`,
    ),
    ...given.slice(2),
    own(
      sides.map((side) => `-A ufw${six}-before-${side} -j ufw${six}-user-${side}`),
      `${directory} (ufw's own chains)`,
    ),
    ...sides.map((side) => own(policyLine(side, settings), settingsAt(policyKey(side)))),
  ];
  return named(loadIptables(fragments, family));
}

function policyKey(side: (typeof sides)[number]): string {
  return `DEFAULT_${side.toUpperCase()}_POLICY`;
}

function policyOf(side: (typeof sides)[number], settings: Settings): string | undefined {
  const setting = settings.get(policyKey(side));
  if (!setting) return undefined;
  if (["ACCEPT", "DROP", "REJECT"].includes(setting.value)) return setting.value;
  throw new InputError(setting.at, `${policyKey(side)} is no policy of ufw`, "Expected ACCEPT, DROP or REJECT.");
}

/** What ufw puts into its own chains because of the default policy. */
function policyRules(side: (typeof sides)[number], six: string, settings: Settings): string[] {
  const policy = policyOf(side, settings);
  if (policy === "REJECT") {
    return [`-A ufw${six}-reject-${side} -j REJECT`, `-A ufw${six}-skip-to-policy-${side} -j REJECT`];
  }
  const skip = policy === undefined ? [] : [`-A ufw${six}-skip-to-policy-${side} -j ${policy}`];
  const track = `-A ufw${six}-track-${side} -p tcp -m conntrack --ctstate NEW -j ACCEPT`;
  return policy === "ACCEPT" ? [...skip, track] : skip;
}

function policyLine(side: (typeof sides)[number], settings: Settings): string[] {
  const policy = policyOf(side, settings);
  return policy === undefined ? [] : [`:${side.toUpperCase()} ${policy === "ACCEPT" ? "ACCEPT" : "DROP"}`];
}

/** Stands for a file of rules that was not given. */
function unread(path: string, name: string, six: string): Fragment {
  const chains = sides.map((side) => `ufw${six}-${name}-${side}`);
  const lines = [...chains.map((chain) => `:${chain} -`), ...chains.map((chain) => `-A ${chain}`)];
  return { path, at: path, text: filter(lines), unclear: `${path}, which was not given` };
}

/** `before.init` and `after.init` run when they are executable, and can add rules. */
async function scriptRules(directory: string, files: Files): Promise<Fragment[]> {
  const paths = ["before.init", "after.init"].map((name) => join(directory, name));
  const runs = await Promise.all(paths.map((path) => files.isExecutable(path)));
  return paths
    .filter((_, i) => runs[i])
    .map((path) => ({ path, at: path, text: filter(["-A INPUT", "-A OUTPUT"]), unclear: `the script ${path}` }));
}

function filter(lines: readonly string[]): string {
  return ["*filter", ...lines, "COMMIT", ""].join("\n");
}

/** `IPV6=no`: ufw lets IPv6 pass on the loopback interface alone. */
function loopbackAlone(at: string): BaseChain[] {
  const lines = [":INPUT DROP", ":OUTPUT DROP", "-A INPUT -i lo -j ACCEPT", "-A OUTPUT -o lo -j ACCEPT"];
  return named(loadIptables([{ path: at, at, text: filter(lines) }], "ipv6"));
}

function off(family: Family, at: string): BaseChain[] {
  return named(loadIptables([{ path: at, at, text: filter([":INPUT ACCEPT", ":OUTPUT ACCEPT"]) }], family));
}

function named(bases: readonly BaseChain[]): BaseChain[] {
  return bases.map((base) => ({ ...base, layer: base.layer.replace(/^iptables (filter )?/, "ufw ") }));
}

function isYes(value: string): boolean {
  return value === "yes" || value === "YES";
}
