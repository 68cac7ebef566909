import { InputError } from "../../../model/errors.js";
import { didYouMean } from "../../../model/nearest.js";
import { numbered } from "./lines.js";

/** The commands of msmtp 1.8.23, asked of it one by one, and one that later releases brought. */
const known: ReadonlySet<string> = new Set([
  ...["defaults", "account", "eval", "host", "port", "source_ip", "proxy_host", "proxy_port", "socket", "timeout"],
  ...["connect_timeout", "protocol", "domain", "auth", "user", "password", "passwordeval", "ntlmdomain", "tls"],
  ...["tls_starttls", "tls_nostarttls", "tls_trust_file", "tls_crl_file", "tls_fingerprint", "tls_key_file"],
  ...[
    "tls_cert_file",
    "tls_certcheck",
    "tls_nocertcheck",
    "tls_force_sslv3",
    "tls_min_dh_prime_bits",
    "tls_priorities",
  ],
  ...["tls_host_override", "from", "allow_from_override", "auto_from", "maildomain", "dsn_notify", "dsn_return"],
  ...["add_missing_from_header", "add_missing_date_header", "set_from_header", "set_date_header", "set_msgid_header"],
  ...["remove_bcc_headers", "undisclosed_recipients", "keepbcc", "logfile", "logfile_time_format", "syslog", "aliases"],
  "from_full_name",
]);

const switches = ["tls", "tls_starttls", "tls_certcheck"];

/** @throws InputError with `file:line` for a line with which msmtp sends nothing. */
export function checkMsmtprc(text: string, at: string): void {
  for (const [line, written] of numbered(text)) {
    if (written === "" || written.startsWith("#")) continue;
    const [, command = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(written) ?? [];
    const refuses = (problem: string) =>
      new InputError(`${at}:${line}`, `${problem}: msmtp sends nothing`, "msmtp --pretend tells (msmtp(1)).");
    // What a template fills in is not known.
    if (/[${]/.test(written)) continue;
    if (!known.has(command)) throw refuses(`this is no command of msmtp${didYouMean(command, known)}`);
    const value = /^"(.*)"$/.exec(rest)?.[1] ?? rest;
    if (switches.includes(command) && !["", "on", "off"].includes(value)) throw refuses(`${command} is on or off`);
    if (command === "host" && value === "") throw refuses("host needs a name");
    if (command === "port" && !/^\d+$/.test(value)) throw refuses("port needs a number");
  }
}
