import { AddressSet } from "../../model/addresses.js";
import { nothingDeclared } from "../../model/declaration.js";
import type { Fact } from "../../model/fact.js";
import { Subjects } from "../../model/subjects.js";
import { mailFacts } from "../mail/facts.js";
import { postfixVersion, runPostfix } from "../setup/postfix.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";
import { helpers } from "./postfix-lab.js";

/** What the lines of main.cf are about; `seen`: from 127.0.0.2, which is in mynetworks, and from 127.0.0.3. */
const cases: readonly (readonly [name: string, main: string])[] = [
  ["nothing set", ""],
  ["bare newlines normalized", "smtpd_forbid_bare_newline = normalize"],
  ["yes is normalize", "smtpd_forbid_bare_newline = yes"],
  ["bare newlines refused", "smtpd_forbid_bare_newline = reject"],
  ["no", "smtpd_forbid_bare_newline = no"],
  ["nobody is let off", "smtpd_forbid_bare_newline = normalize\nsmtpd_forbid_bare_newline_exclusions ="],
  [
    "others are let off",
    "smtpd_forbid_bare_newline = reject\nsmtpd_forbid_bare_newline_exclusions = 127.0.0.3, 10.0.0.0/8",
  ],
  ["pipelining checked", "smtpd_forbid_unauth_pipelining = yes"],
  ["pipelining checked at DATA", "smtpd_data_restrictions = reject_unauth_pipelining"],
  ["but not of mynetworks", "smtpd_data_restrictions = permit_mynetworks, reject_unauth_pipelining"],
  ["a warning alone", "smtpd_data_restrictions = warn_if_reject reject_unauth_pipelining"],
  ["after another check", "smtpd_data_restrictions = reject_multi_recipient_bounce, reject_unauth_pipelining"],
  ["permitted before", "smtpd_data_restrictions = permit_sasl_authenticated, permit, reject_unauth_pipelining"],
  ["VRFY off", "disable_vrfy_command = yes"],
  ["all mailboxes of ours are taken", "local_recipient_maps ="],
  ["all clients refused", "smtpd_client_restrictions = reject"],
  ["strangers refused", "smtpd_recipient_restrictions = permit_mynetworks, reject"],
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
mynetworks = 127.0.0.2
alias_maps =
local_transport = discard:
default_transport = discard:
smtpd_error_sleep_time = 0
${more}
`;

const master = `587 inet n - n - - smtpd
${helpers}`;

const clients = ["127.0.0.2", "127.0.0.3"];
const names = ["bareNewline", "earlyPipelining", "vrfy"] as const;
type Seen = Partial<Record<(typeof names)[number], string>>;

describeWith(namespacesUnavailable())("bare newlines, early commands and VRFY of the real Postfix", () => {
  let seen: Seen[][];
  let version: string;

  beforeAll(async () => {
    version = postfixVersion();
    const looks = clients.map((from) => ({ from, to: "127.0.0.1", port: 587 }));
    const instances = cases.map(([, main]) => ({ main: base(main), master, looks, observer: "hygiene-observer.js" }));
    seen = (await runPostfix(instances)).map((each) => each.seen as unknown as Seen[]);
  }, 300_000);

  it.each(cases.map(([name, main], index) => [name, main, index] as const))("%s", async (_, main, index) => {
    const files = {
      "main.cf": { at: "main.cf", text: base(main) },
      "master.cf": { at: "master.cf", text: master },
    };
    const definition = { id: "lab", product: "postfix", origin: "planned", files, missing: [], version } as const;
    const facts = await mailFacts([definition], new Subjects(nothingDeclared));
    const derived = clients.map((client, at) => {
      const looked = Object.keys(seen[index]?.[at] ?? {});
      return Object.fromEntries(
        names.filter((name) => looked.includes(name)).map((name) => [name, valueFor(facts, name, client)]),
      );
    });
    expect(derived).toEqual(seen[index]);
    expect(seen[index]?.every((each) => each.vrfy !== undefined)).toBe(true);
  });
});

function valueFor(facts: readonly Fact[], name: string, client: string) {
  const values = facts.filter((fact) => fact.name === name && fact.from.contains(AddressSet.of(client)));
  if (values.length !== 1) throw new Error(`${name} is stated ${values.length} times for ${client}`);
  return values[0]?.value;
}
