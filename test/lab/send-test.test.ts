import { execFileSync } from "node:child_process";
import type { Report } from "../../model/report.js";
import { reportOf } from "../reports/told.js";
import { labHost, labIdentity, linesThatCheck, type Run } from "../setup/check-in-lab.js";
import { runInLab } from "../setup/mail-lab.js";
import { describeWith, lacks } from "../setup/real-part.js";
import { namespacesUnavailable, unpacked } from "../setup/unpacked.js";

const password = "correct horse ünd 'staple'";
const wrong = "c4nary-wr0ng-passw0rd";

/** What each listener does beside the common configuration: one way to take a message, or not to. */
const listeners: Readonly<Record<number, readonly string[]>> = {
  587: [],
  465: ["smtpd_tls_wrappermode=yes"],
  1587: ["smtpd_recipient_restrictions=reject"],
  2587: ["smtpd_recipient_restrictions=defer"],
  3587: ["message_size_limit=100"],
  4587: ["message_size_limit=100", "smtpd_discard_ehlo_keywords=size"],
  5587: ["smtpd_data_restrictions=reject"],
  6587: ["smtpd_end_of_data_restrictions=reject"],
  7587: ["smtpd_sender_restrictions=reject"],
  8587: ["smtpd_end_of_data_restrictions=check_policy_service,inet:127.0.0.1:9001"],
  9587: ["smtpd_end_of_data_restrictions=check_policy_service,inet:127.0.0.1:9002"],
  10587: ["smtpd_tls_security_level=none"],
};

const sends = (name: string, port: number, ...more: string[]): Run => ({
  name,
  port,
  args: ["--user", "alice", "--send-test", `${name}@lab.example`, "--json", "--inventory", ...more],
  password,
});

const slow = ["--timeout", "6"];

const runs: Run[] = [
  sends("sent", 587),
  sends("implicit", 465),
  { ...sends("account", 587), args: ["--user", "alice@lab.example", ...sends("account", 587).args.slice(2)] },
  sends("recipient-refused", 1587),
  sends("greylisted", 2587),
  sends("too-big", 3587),
  sends("too-big-untold", 4587),
  sends("data-refused", 5587),
  sends("message-refused", 6587),
  sends("sender-refused", 7587),
  sends("closed", 8587),
  sends("late", 9587, ...slow),
  sends("clear", 10587),
  sends("untrusted", 587, "--ca", "@LAB@/etc/other.pem"),
  { ...sends("wrong-password", 587), password: wrong },
  sends("dry", 587, "--dry-run"),
  { name: "unasked", port: 587, args: ["--user", "alice", "--json", "--inventory"], password },
  sends("both", 587, `${labHost}:465`, "--connect-to", `${labHost}:465:192.0.2.1:465`),
];

const reads = (name: string, port: number, box: string): Run => ({
  name: `reads-${name}`,
  port,
  args: ["--received", `@LAB@/${box}`, "--json", "--inventory"],
});

/** When the messages are there. */
const later: Run[] = [
  reads("sent", 587, "home/sent"),
  reads("implicit", 465, "home/implicit"),
  reads("stripped", 587, "stripped"),
  reads("elsewhere", 587, "home/implicit"),
  reads("no-message", 587, "etc/main.cf"),
];

/** Where a mailbox has the one message. */
const delivered = ["sent", "implicit", "account", "late", "both"];

/** A policy service of Postfix that ends the smtpd which asks (its process is the first part of `instance`), and one that dawdles. */
const policy = `const serve = (port, act) => require("node:net").createServer((socket) => {
  let asked = "";
  socket.on("error", () => undefined).on("data", (part) => {
    asked += part;
    if (asked.endsWith("\\n\\n")) act(/^instance=([0-9a-f]+)\\./m.exec(asked)[1], socket);
  });
}).listen(port, "127.0.0.1");
serve(9001, (pid) => process.kill(Number.parseInt(pid, 16), "SIGKILL"));
serve(9002, (_, socket) => setTimeout(() => socket.write("action=dunno\\n\\n"), 8000));
`;

const main = `compatibility_level = 3.6
queue_directory = @LAB@/queue
data_directory = @LAB@/data
multi_instance_name = postfix-send
multi_instance_enable = no
maillog_file = @LAB@/mail.log
maillog_file_prefixes = @LAB@
myhostname = ${labHost}
mydestination =
smtpd_error_sleep_time = 0
smtpd_tls_chain_files = @LAB@/etc/own-pair.pem
smtpd_tls_security_level = encrypt
smtpd_tls_received_header = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_authenticated_header = yes
smtpd_sasl_local_domain = ${labHost}
cyrus_sasl_config_path = @LAB@/etc/sasl
smtpd_relay_restrictions = permit_sasl_authenticated, reject
virtual_mailbox_domains = lab.example
virtual_mailbox_base = @LAB@/home
virtual_mailbox_maps = texthash:@LAB@/etc/boxes
virtual_uid_maps = static:1001
virtual_gid_maps = static:1001
`;

const master = `${Object.entries(listeners)
  .map(([port, options]) => `${port} inet n - n - - smtpd${options.map((each) => `\n  -o ${each}`).join("")}`)
  .join("\n")}
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
virtual unix - n n - - virtual
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`;

const account = (realm: string) =>
  `printf '%s' ${JSON.stringify(password)} | saslpasswd2 -p -c -f @LAB@/etc/sasldb2 -u ${realm} alice`;

const start = `
${process.execPath} @LAB@/etc/policy.cjs &
mkdir -p @LAB@/queue @LAB@/data @LAB@/home
chown postfix @LAB@/data
chown 1001:1001 @LAB@/home
${account(labHost)}
${account("lab.example")}
chown postfix @LAB@/etc/sasldb2
postfix -c @LAB@/etc start
sleep 1
${linesThatCheck(runs)}
for box in ${delivered.join(" ")}; do
  for wait in $(seq 60); do [ -s @LAB@/home/$box ] && break; sleep 0.25; done
done
sed '/^Received:/,/^Date:/{/^Date:/!d}' @LAB@/home/sent >@LAB@/stripped
${linesThatCheck(later)}
`;

interface Told {
  readonly value: unknown;
  readonly says: string;
  readonly status: string | undefined;
  readonly transcript: readonly string[];
  readonly printed: string;
}

describeWith(namespacesUnavailable() ?? lacks("python3", "--version"))("one message through a real Postfix", () => {
  let printed: Map<string, string>;
  let boxes: Map<string, string>;
  let log: string;

  beforeAll(async () => {
    const identity = await labIdentity();
    const other = await labIdentity();
    const files = {
      ...identity,
      "etc/other.pem": other["etc/ca.pem"] ?? "",
      "etc/main.cf": main,
      "etc/master.cf": master,
      "etc/policy.cjs": policy,
      "etc/boxes": runs.map(({ name }) => `${name}@lab.example ${name}\n`).join(""),
      "etc/sasl/smtpd.conf": "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: @LAB@/etc/sasldb2\n",
    };
    const root = unpacked("postfix", ["postfix", "sasl2-bin", "libsasl2-modules", "iproute2", "openssl"]);
    const [all] = await runInLab({ root, users: ["postfix", "postdrop"] }, [{ files, start, looks: [] }], (result) => ({
      printed: new Map(
        [...runs, ...later].map(({ name }) => [name, result.written(`out-${name}`) + result.written(`err-${name}`)]),
      ),
      boxes: new Map(runs.map(({ name }) => [name, result.written(`home/${name}`)])),
      log: result.log,
    }));
    if (!all) throw new Error("the lab gave no result");
    ({ printed, boxes, log } = all);
  }, 120_000);

  function told(name: string): Told {
    const text = printed.get(name) ?? "";
    if (!text.startsWith("{")) throw new Error(`${name} printed no report: ${text} ${log}`);
    const { facts, findings } = reportOf(text);
    const fact = facts.find((each) => each.name === "testMessage");
    return {
      value: fact?.value,
      says: fact?.evidence.map(({ says }) => says).join() ?? "",
      status: findings.find(({ rule }) => rule === "test-message-accepted")?.status,
      transcript:
        fact?.evidence.flatMap(({ transcript = [] }) => transcript.map(({ by, text: line }) => by + line)) ?? [],
      printed: text,
    };
  }

  const messages = (name: string) => (boxes.get(name) ?? "").split(/^(?=From )/m).filter((each) => each !== "");

  it.each(["sent", "implicit", "account", "both"])("%s: it is accepted, and one is delivered", (name) => {
    const { value, status, transcript } = told(name);
    const [message = ""] = messages(name);
    const id = /^Message-ID: (.*)$/m.exec(message)?.[1];
    expect(value).toEqual({ id, outcome: "accepted" });
    expect(status).toBe("pass");
    expect(messages(name).length).toBe(1);
    const commands = transcript.filter((line) => /^>(MAIL|RCPT|DATA|message|\.|QUIT)/.test(line)).slice(-6);
    expect(commands.map((line) => line.replace(/port587-.*/, "…"))).toEqual([
      expect.stringMatching(/^>MAIL FROM:<\*\*\*> SIZE=\d+$/),
      ...[">RCPT TO:<***>", ">DATA", ">message <…", ">.", ">QUIT"],
    ]);
  });

  /** Another parser's view of what arrived. */
  const parser = `import email, email.policy, json, sys
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
print(json.dumps({"defects": [str(each) for each in message.defects], "date": message["date"].datetime.isoformat(),
  "from": message["from"].addresses[0].addr_spec, "to": message["to"].addresses[0].addr_spec,
  "subject": message["subject"], "auto": message["auto-submitted"], "type": message.get_content_type(), "body": message.get_content()}))`;

  it.each([
    ["sent", "sent@lab.example"],
    ["account", "alice@lab.example"],
  ])("%s: what arrives is a message of RFC 5322 that says what it is", (name, from) => {
    const [message = ""] = messages(name);
    const own = message.slice(message.indexOf("\nDate:") + 1);
    expect(Math.max(...own.split("\n").map((line) => line.length))).toBeLessThanOrEqual(78);
    const parsed = JSON.parse(execFileSync("python3", ["-c", parser], { input: message, encoding: "utf8" }));
    expect(parsed.defects).toEqual([]);
    expect(parsed).toMatchObject({ from, to: `${name}@lab.example`, auto: "auto-generated", type: "text/plain" });
    expect(parsed.subject).toMatch(/^port587 test message [0-9a-f]{16}$/);
    expect(Math.abs(Date.parse(parsed.date) - Date.now())).toBeLessThan(300_000);
    expect(parsed.body).toContain(`${labHost}:587`);
  });

  it.each([
    ["recipient-refused", /^RCPT is answered 554 5\.7\.1/],
    ["too-big", /^MAIL is answered 552 5\.3\.4/],
    ["too-big-untold", /^the message is answered 552 5\.3\.4/],
    ["data-refused", /^DATA is answered 554 5\.7\.1/],
    ["message-refused", /^the message is answered 554 5\.7\.1/],
    ["sender-refused", /^RCPT is answered 554 5\.7\.1/],
  ])("%s: the refusal is told", (name, says) => {
    const found = told(name);
    expect(found.value).toMatchObject({ outcome: "refused" });
    expect(found.says).toMatch(says);
    expect(found.status).toBe("fail");
    expect(messages(name)).toEqual([]);
  });

  it.each([
    ["greylisted", /RCPT is answered 4\d\d 4\..*asks for a later try/],
    ["closed", /session: (closed|reset).*may have been delivered/],
    ["late", /session: timeout .*may have been delivered/],
    ["clear", /EHLO does not list STARTTLS|TLS/],
    ["untrusted", /no message was sent: credentials were not sent: the certificate is not trusted/],
    ["wrong-password", /no message was sent: AUTH \S+ is answered 535/],
  ])("%s: what became of it is not known, and why is told", (name, says) => {
    const { value, status } = told(name);
    expect((value as { unknown: string[] }).unknown.join()).toMatch(says);
    expect(status).toBe("undecided");
    // It was late for us, and in time for its mailbox.
    expect(messages(name).length).toBe(name === "late" ? 1 : 0);
  });

  /** `with` and TLS as Postfix's own documentation of smtpd_tls_received_header has them. */
  it.each([
    ["sent", 587, ["address", "login"]],
    ["implicit", 465, ["address", "login"]],
  ])("%s: its Received line says what the session was", (name, port, discloses) => {
    const { facts, findings } = JSON.parse(printed.get(`reads-${name}`) ?? "") as Report;
    const fact = facts.find((each) => each.name === "receivedLine");
    expect(fact?.subject).toBe(`${labHost}:${port}`);
    expect(fact?.value).toEqual({ with: "ESMTPSA", tls: true, authenticated: true, sameTls: true, discloses });
    expect(fact?.evidence.map(({ says }) => says).join()).toContain("its Message-ID is ours");
    expect(findings.find(({ rule }) => rule === "received-line")?.status).toBe("pass");
  });

  it("says so where the line is missing, and refuses what it did not send there", () => {
    const { findings } = JSON.parse(printed.get("reads-stripped") ?? "") as Report;
    expect(findings.find(({ rule }) => rule === "received-line")).toMatchObject({
      status: "undecided",
      missing: [`none of its 0 Received lines is by ${labHost} or names the client`],
    });
    expect(printed.get("reads-elsewhere")).toMatch(/was sent through mail\.lab\.example:465, which is not among/);
    expect(printed.get("reads-no-message")).toMatch(/main\.cf: is no test message of port587\n/);
  });

  it("sends none unasked, and none in a dry run", () => {
    expect(told("unasked").value).toBeUndefined();
    expect(printed.get("dry")).toContain("and one message to dry@lab.example");
    for (const name of ["unasked", "dry"]) expect(messages(name)).toEqual([]);
  });

  it("tries nothing twice, by the server's own log", () => {
    const queued = log.split("\n").filter((line) => /client=.*sasl_username=alice/.test(line));
    // Every transaction whose recipient was accepted: one a run.
    const reached = ["closed", "data-refused", "message-refused", "too-big-untold"];
    expect(queued.length).toBe(delivered.length + reached.length);
  });

  it("prints no secret and no mail address", () => {
    const all = runs.filter(({ name }) => name !== "dry").map(({ name }) => printed.get(name) ?? "");
    const secrets = [password, wrong, ...[password, wrong].map((each) => Buffer.from(each).toString("base64"))];
    expect(all.join("").length).toBeGreaterThan(10_000);
    for (const text of all)
      for (const secret of [...secrets, "@lab.example "]) expect(text.includes(secret)).toBe(false);
    for (const { name } of runs.filter((each) => each.name !== "dry"))
      expect(printed.get(name)).not.toContain(`${name}@lab.example`);
  });
});
