import type { MailDefinition } from "../../model/mail.js";
import type { Notice } from "../../model/network.js";
import { passedOver, setAgain } from "../known-settings.js";
import { HarakaFiles } from "./files.js";

/** What Haraka 3.3.4 and its plugin of relays ask for (docs/CoreConfig.md, docs/plugins/tls.md, and what the code reads), by section. */
const known: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "smtp.ini": {
    main: `listen listen_host port smtps_port public_ip inactivity_timeout nodes user group ignore_bad_plugins daemonize
      daemon_log_file daemon_pid_file graceful_shutdown force_shutdown_timeout`,
  },
  "connection.ini": {
    main: "spool_dir spool_after strict_rfc1869 smtputf8 postel",
    haproxy: "enabled hosts",
    headers: "add_received clean_auth_results show_version max_lines max_received",
    max: "bytes line_length data_line_length mime_parts",
    message: "greeting helo close",
    uuid: "banner_chars deny_chars",
  },
  "tls.ini": {
    main: `key cert no_tls_hosts no_starttls_ports force_tls_hosts ciphers minVersion honorCipherOrder ecdhCurve dhparam
      requestCert rejectUnauthorized requireAuthorized secureProtocol requestOCSP enableOCSPStapling mutual_tls`,
    redis: "disable_for_failed_hosts disable_inbound_expiry disable_expiry",
  },
  "relay.ini": { relay: "acl force_routing all dest_domains" },
};

/** Keys of Haraka's own files that it does not ask for, in sections that it knows, and those that are there twice. */
export function harakaNotices(definition: MailDefinition): Notice[] {
  const files = new HarakaFiles(definition);
  return Object.entries(known).flatMap(([name, sections]) => {
    if (!files.has(name)) return [];
    const { written } = files.ini(name);
    return Object.entries(sections).flatMap(([section, names]) => {
      const own = names.split(/\s+/);
      const settings = written.filter((each) => each.section === section);
      const unknown = settings.filter((each) => !own.includes(each.name));
      const single = settings.filter((each) => !each.isList);
      return [...passedOver(unknown, `Haraka's ${name} [${section}]`, own), ...setAgain(single, "Haraka")];
    });
  });
}
