import type { Share } from "../setup/exim.js";
import { hygiene, type Look } from "../setup/mail-lab.js";
import type { Case } from "./exim-cases.js";

/** Where the lab's clients come from, and to which of the machine's addresses they go. */
const visits: readonly Omit<Look, "port">[] = [
  { from: "127.0.0.2", to: "127.0.0.1" },
  { from: "127.0.0.3", to: "127.0.0.1" },
  { from: "192.0.2.10", to: "192.0.2.1" },
  { from: "::1", to: "::1" },
];

const base = (each: Case, index: number) => `primary_hostname = mail.lab.example
exim_user = Debian-exim
exim_group = Debian-exim
spool_directory = @LAB@/spool
log_file_path = @LAB@/log/%slog
pid_file_path = @LAB@/exim-${index}.pid
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 0
smtp_accept_queue_per_connection = 0
notifier_socket =
${each.whole !== undefined ? "" : "tls_certificate = @LAB@/cert.pem\ntls_privatekey = @LAB@/key.pem\n"}`;

const ports = `daemon_smtp_ports = {plain} : {implicit}
tls_on_connect_ports = {implicit}
`;

const plain = `plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = false
`;

/** A case with the ports it runs on, in one of the shares. */
export interface Placed {
  readonly case: Case;
  readonly share: number;
  readonly index: number;
  readonly ports: readonly number[];
}

const most = 20;

/** Every case is a daemon of its own with two ports: one that begins in clear, one that begins with TLS. */
export function place(cases: readonly Case[]): { readonly shares: Share[]; readonly placed: Placed[] } {
  const shares: Share[] = [];
  const placed: Placed[] = [];
  for (let first = 0; first < cases.length; first += most) {
    const members = cases.slice(first, first + most);
    const own = members.map((each, index) => {
      const pair = [10_000 + index * 2, 10_001 + index * 2];
      placed.push({ case: each, share: shares.length, index, ports: pair });
      return pair;
    });
    const configurations = members.map((each, index) => textOf(each, index, own[index] ?? []));
    const looks = own.flat().flatMap((port) => visits.map((visit) => ({ ...visit, port, hygiene })));
    const tables = members.flatMap((each, index) =>
      Object.entries(each.tables ?? {}).map(([name, text]) => [`tables-${index}/${name}`, text] as const),
    );
    shares.push({ configurations, tables: Object.fromEntries(tables), looks });
  }
  return { shares, placed };
}

function textOf(each: Case, index: number, [first, second]: readonly number[]): string {
  if (each.whole !== undefined) {
    const text = each.whole
      .replaceAll("587", String(first))
      .replaceAll("465", String(second))
      .replaceAll("/etc/exim4/exim.crt", "@LAB@/cert.pem")
      .replaceAll("/etc/exim4/exim.key", "@LAB@/key.pem");
    return `${base(each, index)}${text}`;
  }
  const main = `${each.ports ?? ports}${each.main ?? ""}`;
  const acl = `begin acl\n${each.acl ?? ""}`;
  const authenticators = `begin authenticators\n${each.authenticators ?? plain}`;
  return `${base(each, index)}${main}\n${acl}\n${authenticators}`
    .replaceAll("{tables}", `@LAB@/tables-${index}`)
    .replaceAll("{plain}", String(first))
    .replaceAll("{implicit}", String(second));
}
