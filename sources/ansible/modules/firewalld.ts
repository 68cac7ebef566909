import type { Command } from "../../host-firewall/shell.js";
import { type Fields, isFields, isTrue, listOf } from "../yaml.js";

/** Settings of a zone, by the name that `firewall-cmd` has for them. */
const settings: Readonly<Record<string, string>> = {
  service: "service",
  port: "port",
  protocol: "protocol",
  rich_rule: "rich-rule",
  source: "source",
  interface: "interface",
  masquerade: "masquerade",
  icmp_block: "icmp-block",
  icmp_block_inversion: "icmp-block-inversion",
};

/** What the module does (ansible.posix.firewalld), as commands of `firewall-cmd`. */
export function firewalldCommands(args: Fields, at: string): Command[] {
  const zone = args.zone === undefined ? [] : [`--zone=${args.zone}`];
  const kept = isTrue(args.permanent) ? ["--permanent"] : [];
  const command = (...options: readonly string[]): Command[] => [
    { words: ["firewall-cmd", ...kept, ...zone, ...options], at },
  ];
  const isOff = /^(?:disabled|absent)$/.test(String(args.state));
  const verb = isOff ? "remove" : "add";
  if (isTrue(args.default)) return [{ words: ["firewall-cmd", `--set-default-zone=${args.zone ?? ""}`], at }];
  if (args.target !== undefined) return command(`--set-target=${isOff ? "default" : args.target}`);
  const given = Object.keys(settings).filter((name) => args[name] !== undefined);
  const forwards = listOf(args.port_forward).filter(isFields);
  if (given.length + forwards.length === 0)
    return [{ words: ["firewall-cmd", ...kept, `--${isOff ? "delete" : "new"}-zone=${args.zone ?? ""}`], at }];
  return [
    ...given.flatMap((name) => command(`--${verb}-${settings[name]}=${args[name]}`)),
    ...forwards.flatMap(({ port, proto }) => command(`--${verb}-forward-port=port=${port}:proto=${proto}`)),
  ];
}
