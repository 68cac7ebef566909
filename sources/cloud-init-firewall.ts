import { InputError } from "../model/errors.js";
import { type HostLayers, hostLayersOf, unknownLayers } from "./host-firewall/machine.js";
import { concernsFirewall } from "./host-firewall/setup-commands.js";
import { type Command, commandsOf, type Script } from "./host-firewall/shell.js";
import { isTemplate, type Part } from "./mime.js";
import { type Concerns, itemOf, shellScript, textOf } from "./shell-items.js";
import { type Configs, configsOf, filesOf, list, partsIn, type Written } from "./user-data.js";

/**
 * The rules that user data gives to the firewall of its machine: files of `write_files` that the firewall's services load,
 * and commands of `runcmd` and shell scripts. What is not read leaves the machine's own firewall unknown.
 * @param at where the user data stands (`URN#userData`).
 * @throws InputError when its encoding is damaged.
 */
export async function hostLayersInUserData(data: string | Uint8Array, at: string): Promise<HostLayers | undefined> {
  const parts = partsIn(data, at);
  if (!parts.some(({ text }) => concernsFirewall(text))) return undefined;
  if (parts.some((part) => isTemplate(part.text) && concernsFirewall(part.text)))
    return unknownLayers([`${at}:template`]);
  try {
    const configs = configsOf(parts, at);
    const files = filesOf(configs, at);
    const placeOf = (path: string) => `${at}:/${path}`;
    return await hostLayersOf({ files, placeOf, script: scriptOf(parts, configs, files, at) });
  } catch (error) {
    if (error instanceof InputError) return unknownLayers([error.where]);
    throw error;
  }
}

/** What runs at the first boot, in order: `bootcmd`, `runcmd`, then the scripts. */
function scriptOf(parts: readonly Part[], { configs, merging }: Configs, files: Written, at: string): Script {
  const concerns = (line: string) =>
    concernsFirewall(line) || [...files.keys()].some((path) => line.includes(`/${path}`));
  const isAbout = (value: unknown) => concerns([value].flat().map(textOf).join("\n"));
  const lastOf = (key: string) => configs.map((config) => config[key]).findLast((value) => value !== undefined);
  const unread = ["bootcmd", "runcmd"].filter((key) => isAbout(lastOf(key)) && (merging || key === "bootcmd"));
  const items = merging ? [] : list(lastOf("runcmd"));
  const scripts: Script[] = [
    { commands: [], unread: unread.map((key) => `${at}:${key}`) },
    ...items.map((item, i) => itemOf(item, `${at}:runcmd:${i + 1}`, concerns)),
    ...parts
      .filter(({ kind, text }) => kind === "other" && concerns(text))
      .map(({ text }) => shellScript(text, (line) => `${at}:script:${line}`, `${at}:script`, concerns)),
  ];
  const joined = {
    commands: scripts.flatMap(({ commands }) => commands),
    unread: scripts.flatMap((each) => each.unread),
  };
  return withCalled(joined, files, at, concerns);
}

/** Scripts that are written and then called stand in the place of their call; what is left of them runs at another time. */
function withCalled({ commands, unread }: Script, files: Written, at: string, concerns: Concerns): Script {
  const called = new Set<string>();
  const pathIn = ({ words }: Command) => {
    const [first = "", second = ""] = words[0] === "sudo" ? words.slice(1) : words;
    const path = (/^(?:\/bin\/)?(?:ba|da)?sh$/.test(first) ? second : first).replace(/^\//, "");
    return files.has(path) ? path : undefined;
  };
  const inlined = commands.map((command): Script => {
    const path = pathIn(command);
    const text = path === undefined ? undefined : files.get(path);
    if (path === undefined || text === undefined || !concernsFirewall(text)) return { commands: [command], unread: [] };
    called.add(path);
    return commandsOf(text, (line) => `${at}:/${path}:${line}`, concerns);
  });
  const isScript = (path: string, text: string) => /^#!/.test(text) || path.endsWith(".sh");
  const uncalled = [...files].filter(
    ([path, text]) => text !== undefined && !called.has(path) && isScript(path, text) && programsIn(text),
  );
  return {
    commands: inlined.flatMap((each) => each.commands),
    unread: [...unread, ...inlined.flatMap((each) => each.unread), ...uncalled.map(([path]) => `${at}:/${path}`)],
  };
}

/** nftables.conf begins like a script, and is none. */
function programsIn(text: string): boolean {
  return concernsFirewall(text) && !/^#!\S*nft\b/.test(text);
}
