import type { Evidence } from "../../model/evidence.js";
import type { MailDefinition } from "../../model/mail.js";
import { isUnknown, type Maybe, missingOf, unknown } from "../../model/maybe.js";
import type { Socket } from "../listening.js";
import { isSince } from "../releases.js";
import { type Setting, Shell } from "./shell.js";

/** One of the three daemons that take mail, with the shells that read its files. */
export interface Service {
  readonly isImplicit: boolean;
  readonly name: string;
  /** The start script's own shell: sockets, access file, and what couriertcpd is started with. */
  readonly outer: Shell;
  /** The shell whose variables courieresmtpd and couriertls find. */
  readonly inner: Shell;
  readonly sockets: readonly Socket[];
  /** Why it cannot be told where it listens. */
  readonly undecided: readonly string[];
  /** Where that is decided. */
  readonly at: string;
  /** It cannot start with these values. */
  readonly stops: Evidence | undefined;
}

const paths = { prefix: "/usr", exec_prefix: "/usr", sysconfdir: "/etc/courier", sbindir: "/usr/sbin" };

const daemons = [
  { name: "esmtpd", start: "ESMTPDSTART", port: "PORT", address: "ADDRESS", pid: "PIDFILE", inner: paths },
  { name: "esmtpd-msa", start: "ESMTPDSTART", port: "PORT", address: "ADDRESS", pid: "PIDFILE", inner: paths },
  {
    ...{ name: "esmtpd-ssl", start: "ESMTPDSSLSTART", port: "SSLPORT", address: "SSLADDRESS", pid: "SSLPIDFILE" },
    // It sources its files a second time, in a shell that does not have the paths.
    inner: {},
  },
] as const;
type Daemon = (typeof daemons)[number];

/** @throws InputError with `file:line` for a file that sh refuses. */
export function servicesOf(definition: MailDefinition): Service[] {
  return daemons.map((daemon) => {
    const outer = shellOf(definition, daemon, paths);
    const inner = daemon.inner === paths ? outer : shellOf(definition, daemon, daemon.inner);
    const stops = whatStops(daemon, outer) ?? unknownOption(daemon, outer, definition.version);
    const listens = socketsOf(daemon, outer);
    const missing = [...outer.doubts, ...missingToStart(definition, daemon, outer)];
    return {
      isImplicit: daemon.name === "esmtpd-ssl",
      name: daemon.name,
      ...{ outer, inner, stops },
      sockets: isUnknown(listens) ? [] : listens,
      undecided: [...new Set([...missing, ...(isUnknown(listens) ? missingOf(listens) : [])])],
      at: outer.get(daemon.port).at,
    };
  });
}

function shellOf(definition: MailDefinition, { name }: Daemon, given: Readonly<Record<string, string>>): Shell {
  const shell = new Shell(definition.id, given);
  for (const path of name === "esmtpd" ? ["esmtpd"] : ["esmtpd", name]) {
    const file = definition.files[path];
    if (file) shell.source(file.text, file.at);
    else shell.forget(definition.missing.length > 0 ? definition.missing : [path], definition.id);
  }
  return shell;
}

/** couriertcpd ends at once where a limit is no number. */
function whatStops({ name }: Daemon, shell: Shell): Evidence | undefined {
  for (const limit of ["MAXDAEMONS", "MAXPERC", "MAXPERIP"]) {
    const { value = "", at } = shell.get(limit);
    if (!isUnknown(value) && !(integer(value) > 0))
      return { kind: "code", at, says: `${limit} is no number above 0: ${name} does not start`, stops: true };
  }
  return undefined;
}

/** couriertcpd ends at once with an option that the declared release does not have. */
function unknownOption({ name }: Daemon, shell: Shell, version: string | undefined): Evidence | undefined {
  const isNew = isSince(version, "1.3.9");
  if (isNew === undefined) return undefined;
  const [option, when] = isNew ? ["-noidentlookup", "since"] : ["-haproxy", "before"];
  const { value = "", at } = shell.get("TCPDOPTS");
  if (isUnknown(value) || !value.split(/\s+/).some((word) => word.split("=")[0] === option)) return undefined;
  return {
    kind: "code",
    at,
    says: `couriertcpd knows no ${option} ${when} 1.3.9: ${name} does not start`,
    stops: true,
  };
}

/** Debian's init scripts and Courier's own start it with YES in its file alone; Debian's unit for systemd does not ask. */
function missingToStart(definition: MailDefinition, { name, start, pid }: Daemon, shell: Shell): string[] {
  const file = definition.files[name];
  const { value, at } = shell.get(start);
  const isYes = !isUnknown(value) && /^yes$/i.test(value ?? "") && file !== undefined && at.startsWith(`${file.at}:`);
  const needed = ["MAILUSER", "MAILGROUP", pid].filter((each) => {
    const { value: text } = shell.get(each);
    return isUnknown(text) || !/^[^\s*?[]+$/.test(text ?? "");
  });
  const given = needed.map((each) => `${each}, which ${name} needs to start`);
  return isYes ? given : [`whether ${start} is asked where ${name} is started`, ...given];
}

const ports: Readonly<Record<string, number>> = { smtp: 25, submission: 587, submissions: 465, smtps: 465, urd: 465 };

/** `587,192.0.2.1.2587`: ports, some with an address of their own before the last dot. */
function socketsOf(daemon: Daemon, shell: Shell): Maybe<Socket[]> {
  const [list, address] = [shell.get(daemon.port), shell.get(daemon.address)];
  const odd = `the ports in ${daemon.port}`;
  if (isUnknown(list.value) || isUnknown(address.value)) return unknown(...missingOf(list.value, address.value));
  const evidence: Evidence = { kind: "code", at: list.at, says: `${daemon.port} of ${daemon.name}` };
  const usual = address.value ?? (daemon.name === "esmtpd-ssl" ? " " : "0");
  const sockets: Socket[] = [];
  for (const entry of (list.value ?? "").split(",")) {
    const dot = entry.lastIndexOf(".");
    const host = dot < 0 ? usual : entry.slice(0, dot);
    const service = entry.slice(dot + 1);
    const port = ports[service] ?? (/^[1-9]\d{0,4}$/.test(service) ? Number(service) : 0);
    if (port === 0 || port > 65535 || !/^[\da-fA-F:.]*$/.test(host) || (host === "" && daemon.name === "esmtpd-ssl"))
      return unknown(odd);
    sockets.push({ host: host === "" || host === "0" ? "::" : host, port, evidence });
  }
  return sockets;
}

/** What atoi(3) makes of a text. */
export function integer(text: string): number {
  return Number(/^\s*[+-]?\d+/.exec(text)?.[0] ?? 0);
}

/** Options of couriertcpd that decide about clients, wherever a variable brings them in. */
export interface Options {
  readonly missing: string;
  readonly at: string;
  /** They can refuse clients that a list in the DNS names, and nothing else. */
  readonly onlyRefuse: boolean;
}

const harmless = /^-(?:stderrlogger=.*|stderrloggername=.*|noidentlookup|nodnslookup|warn=\d+|listen=[1-9]\d*)$/;
const refusing = /^-(?:drop|drop=BLOCK|(?:block|allow)=[^,]+(?:,BLOCK(?:[/,].*)?)?)$/;

/** @returns undefined where no option decides about clients. */
export function optionsOf({ outer }: Service): Options | undefined {
  const found: Options[] = [];
  for (const name of ["TCPDOPTS", "BLACKLISTS", "DROP"]) {
    const { value = "", at }: Setting = outer.get(name);
    const words = isUnknown(value)
      ? undefined
      : value.split(/\s+/).filter((word) => word !== "" && !harmless.test(word));
    if (words?.length === 0) continue;
    const onlyRefuse = words?.every((word) => refusing.test(word)) ?? false;
    found.push({ missing: `what the options in ${name} decide`, at, onlyRefuse });
  }
  return found.find(({ onlyRefuse }) => !onlyRefuse) ?? found[0];
}
