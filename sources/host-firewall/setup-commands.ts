import { posix } from "node:path";
import type { Command } from "./shell.js";

const programs =
  /\b(?:ufw|ip6?tables(?:-(?:restore|save))?|nft|nftables|firewall-cmd|firewall-offline-cmd|firewalld|netfilter-persistent|pfctl)\b/;

/** Is it about a host's firewall? For a line of a script, or a whole text. */
export function concernsFirewall(text: string): boolean {
  return (
    programs.test(text) ||
    /\/etc\/(?:nftables|iptables|ufw|firewalld|sysconfig\/(?:nf|ip6?)tables|default\/ufw|pf\.conf)/.test(text)
  );
}

/** Commands by what they do to a firewall. */
export interface Sorted {
  readonly rules: Command[];
  readonly loads: { readonly path: string; readonly at: string }[];
  /** Services that are switched off: of an image, whose rules are not seen here. */
  readonly stops: { readonly service: string; readonly at: string }[];
  readonly unread: string[];
}

/** Programs that change no rules, whatever firewall they name. */
const bystanders =
  /^(?:apt|apt-get|dnf|yum|apk|zypper|pacman|microdnf|pip3?|debconf-set-selections|update-alternatives|modprobe|echo|yes|printf|logger|which)$/;
const firewalls = /^(?:ufw|firewalld|nftables|iptables|ip6tables|netfilter-persistent|pf)(?:\.service)?$/;
const neutral = /^(?:enable|start|restart|reload|unmask|daemon-reload|status|is-active|is-enabled|try-restart|save)$/;

/** Commands that make rules, those that load a file, those that switch a service off, and places of what is not read. */
export function sorted(commands: readonly Command[]): Sorted {
  const found: Sorted = { rules: [], loads: [], stops: [], unread: [] };
  for (const command of commands) sort({ ...command, words: programOf(command.words) }, found);
  return found;
}

/** Without `sudo` and the directory of the program. */
function programOf(words: readonly string[]): string[] {
  const [first = "", ...rest] = words[0] === "sudo" ? words.slice(1) : words;
  return [first.replace(/^(?:\/usr)?\/s?bin\//, ""), ...rest];
}

function sort(command: Command, { rules, loads, stops, unread }: Sorted): void {
  const { words, at, after, input, output } = command;
  const [program = "", ...rest] = words;
  const fed = after !== undefined && !bystanders.test(after);
  if (fed && programs.test(program)) unread.push(at);
  else if (/^ip6?tables-save$/.test(program)) return;
  else if (output !== undefined) {
    if (concernsFirewall(output)) unread.push(at);
  } else if (bystanders.test(program)) return;
  else if (program === "systemctl" || program === "service") {
    const services = rest.filter((word) => firewalls.test(word)).map((word) => word.replace(/\.service$/, ""));
    if (rest.some((word) => /^(?:stop|disable|mask)$/.test(word)))
      stops.push(...services.map((service) => ({ service, at })));
    // What firewalld does without files of the set-up depends on the image.
    else if (services.includes("firewalld")) loads.push({ path: "etc/firewalld", at });
    else if (services.length > 0 && !rest.some((word) => neutral.test(word))) unread.push(at);
  } else if (program === "pfctl") {
    const file = /^-[a-z]*f$/.test(rest[0] ?? "") ? rest[1] : undefined;
    if (file !== undefined) loads.push({ path: pathOf(file), at });
    else if (!/^-[evqs]/.test(rest[0] ?? "")) unread.push(at);
  } else if (program === "netfilter-persistent") {
    if (!rest.every((word) => neutral.test(word))) unread.push(at);
  } else if (/^ip6?tables-restore$/.test(program)) {
    const file = input ?? rest.find((word) => !word.startsWith("-"));
    if (file === undefined) unread.push(at);
    else loads.push({ path: pathOf(file), at });
  } else if (program === "nft" && /^(?:-f|--file)$/.test(rest[0] ?? ""))
    loads.push({ path: pathOf(rest[1] ?? ""), at });
  else if (program === "nft" && rest[0] === "list") return;
  else if (
    program === "ufw" &&
    /^(?:enable|reload|status|logging|version)$/.test(rest.filter((word) => word !== "--force")[0] ?? "")
  ) {
    if (rest.includes("enable")) rules.push(command);
  } else if (/^(?:ufw|ip6?tables|nft|firewall-cmd)$/.test(program)) rules.push(command);
  else if (concernsFirewall(words.join(" "))) unread.push(at);
}

function pathOf(file: string): string {
  return posix.resolve("/", file).slice(1);
}

/** `ufw`, `iptables` of both families, `nft`, `firewall-cmd`. */
export function toolOf([program = ""]: readonly string[]): string {
  return program.replace("ip6", "ip");
}
