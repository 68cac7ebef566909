import type { Look } from "../setup/mail-lab.js";
import type { Instance } from "../setup/postfix.js";
import type { Case } from "./postfix-cases.js";

/** Where the lab's clients come from, and to which of the machine's addresses they go. */
const visits: readonly Omit<Look, "port">[] = [
  { from: "127.0.0.2", to: "127.0.0.1" },
  { from: "127.0.0.3", to: "127.0.0.1" },
  { from: "192.0.2.10", to: "192.0.2.1" },
  { from: "::1", to: "::1" },
];

const base = (more: string) => `compatibility_level = 3.6
queue_directory = @LAB@/queue
data_directory = @LAB@/data
multi_instance_name = postfix-lab
multi_instance_enable = no
maillog_file = @LAB@/mail.log
maillog_file_prefixes = @LAB@
myhostname = mail.lab.example
mydestination = lab.example
local_recipient_maps =
local_transport = discard:
default_transport = discard:
smtpd_error_sleep_time = 0
smtpd_tls_chain_files = @LAB@/etc/pair.pem
tls_medium_cipherlist = ALL:@SECLEVEL=0
${more.includes("#no-mynetworks") ? "" : "mynetworks = 127.0.0.2\n"}${more}
`;

/** The services of master.cf beside those that listen. */
export const helpers = `pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`;

/** A case with the ports it runs on, in one of the instances. */
export interface Placed {
  readonly case: Case;
  readonly instance: number;
  readonly ports: readonly number[];
}

/** Cases with the same main.cf share an instance: the first has port 587, the second 465, the others high ports. */
export function place(cases: readonly Case[]): { readonly instances: Instance[]; readonly placed: Placed[] } {
  const groups = new Map<string, Case[]>();
  for (const each of cases) groups.set(each.main ?? "", [...(groups.get(each.main ?? "") ?? []), each]);
  const shares = [...groups].flatMap(([main, members]) => inShares(members).map((share) => [main, share] as const));
  const instances: Instance[] = [];
  const placed: Placed[] = [];
  for (const [main, members] of shares) {
    const services: string[] = [];
    const looks: Look[] = [];
    members.forEach((each, index) => {
      const port = [587, 465][index] ?? 10_000 + index;
      // A case that writes its own main.cf is alone, on the two real ports.
      const ports = main === "" ? [port] : [587, 465];
      services.push(servicesOf(each, port));
      placed.push({ case: each, instance: instances.length, ports });
      for (const one of ports)
        looks.push(...visits.map((visit) => ({ ...visit, to: destination(each, visit.to), port: one })));
    });
    const tables = Object.assign({}, ...members.map((each) => each.tables ?? {}));
    instances.push({ main: base(main), master: `${services.join("\n")}\n${helpers}`, looks, tables });
  }
  return { instances, placed };
}

/** An instance with too many services is slow: several run at once. */
function inShares(cases: readonly Case[]): Case[][] {
  const most = 40;
  return Array.from({ length: Math.ceil(cases.length / most) }, (_, index) =>
    cases.slice(index * most, (index + 1) * most),
  );
}

function destination({ to }: Case, nearest: string): string {
  return to !== undefined && !nearest.includes(":") ? to : nearest;
}

function servicesOf(each: Case, port: number): string {
  if (each.services !== undefined) return each.services.replaceAll("{port}", String(port));
  const options = (each.options ?? "").split("\n").filter((line) => line !== "");
  return [`${port} inet n - n - - smtpd`, ...options.map((line) => `  -o ${written(line)}`)].join("\n");
}

function written(option: string): string {
  return /[\s{}]/.test(option) ? `{ ${option.replace("=", " = ")} }` : option;
}
