import { factsNamed } from "../../model/fact.js";
import { answer, factsOf, fromState, missingAt, urnOf, type Written } from "./pulumi/programs.js";

const cloudConfig = (text: string) => `#cloud-config\n${text}`;
const runcmd = (...commands: string[]) => cloudConfig(`runcmd:\n${commands.map((each) => `  - ${each}\n`).join("")}`);
const file = (path: string, content: string) =>
  `  - path: ${path}\n    content: |\n${content.replace(/^/gm, "      ")}\n`;
const files = (...all: string[]) => cloudConfig(`write_files:\n${all.join("")}`);
const script = (...lines: string[]) => ["#!/bin/bash", "set -e", ...lines, ""].join("\n");
const nft = (rule: string) =>
  `flush ruleset\ntable inet filter {\n  chain input {\n    type filter hook input priority 0; policy drop;\n    ct state established,related accept\n    ${rule}\n  }\n}`;
const tables = (...rules: string[]) =>
  [
    ...["*filter", ":INPUT DROP [0:0]", "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"],
    ...[...rules, "COMMIT"],
  ].join("\n");
const open = "-A INPUT -p tcp --dport 587 -j ACCEPT";
const zone = '<zone><service name="ssh"/><port port="587" protocol="tcp"/></zone>';
const start = "ufw --force enable";
const established = "iptables -A INPUT -m state --state ESTABLISHED -j ACCEPT";

/** A server without any firewall but its own. */
const server = (userData: string): Written[] => [{ type: "hzServer", name: "mail", inputs: { userData } }];

/** Can a client connect to tcp/587: 8.8.8.8, a colleague at 10.1.2.3, and over IPv6? */
const cases: readonly [
  string,
  userData: string,
  four: boolean | "unknown",
  near: boolean | "unknown",
  six: boolean | "unknown",
][] = [
  ["nothing about a firewall", runcmd("apt-get install -y postfix"), true, true, true],
  ["a package alone", cloudConfig("packages: [ufw, nftables]\n"), true, true, true],
  [
    "nftables.conf that opens the port",
    files(file("/etc/nftables.conf", nft("tcp dport 587 accept"))),
    true,
    true,
    true,
  ],
  [
    "nftables.conf for the office",
    files(file("/etc/nftables.conf", nft("ip saddr 10.0.0.0/8 tcp dport 587 accept"))),
    false,
    true,
    false,
  ],
  [
    "nftables.conf with a file that it includes",
    files(
      file("/etc/nftables.conf", `flush ruleset\ninclude "/etc/nftables/*.nft"`),
      file("/etc/nftables/mail.nft", nft("tcp dport 25 accept")),
    ),
    false,
    false,
    false,
  ],
  [
    "nftables.conf, loaded by a command",
    `${files(file("/etc/nftables.conf", nft("tcp dport 587 accept")))}runcmd:\n  - systemctl enable --now nftables\n  - nft -f /etc/nftables.conf\n`,
    true,
    true,
    true,
  ],
  [
    "a file that nft is told to load",
    `${files(file("/root/mail.nft", nft("tcp dport 25 accept")))}runcmd:\n  - nft -f /root/mail.nft\n`,
    false,
    false,
    false,
  ],
  ["a file that nobody writes", runcmd("nft -f /root/mail.nft"), "unknown", "unknown", "unknown"],
  ["rules.v4 alone", files(file("/etc/iptables/rules.v4", tables(open))), true, true, "unknown"],
  [
    "rules of both families",
    files(file("/etc/iptables/rules.v4", tables(open)), file("/etc/iptables/rules.v6", tables())),
    true,
    true,
    false,
  ],
  [
    "rules of Red Hat's service",
    files(file("/etc/sysconfig/iptables", tables()), file("/etc/sysconfig/ip6tables", tables())),
    false,
    false,
    false,
  ],
  [
    "rules that cannot be read",
    files(file("/etc/iptables/rules.v4", "*filter\n-A NOWHERE")),
    "unknown",
    "unknown",
    "unknown",
  ],
  [
    "a file that is fetched",
    cloudConfig("write_files:\n  - path: /etc/nftables.conf\n    source: { uri: https://example.com/x }\n"),
    "unknown",
    "unknown",
    "unknown",
  ],
  [
    "ufw's user.rules",
    files(
      file(
        "/etc/ufw/user.rules",
        "*filter\n:ufw-user-input - [0:0]\n-A ufw-user-input -p tcp --dport 587 -j ACCEPT\nCOMMIT",
      ),
    ),
    true,
    true,
    false,
  ],
  [
    "ufw's user.rules, and it is enabled",
    `${files(file("/etc/ufw/ufw.conf", "ENABLED=no"), file("/etc/ufw/user.rules", "*filter\n:ufw-user-input - [0:0]\nCOMMIT"))}runcmd: ["${start}"]\n`,
    false,
    false,
    false,
  ],
  ["a zone of firewalld", files(file("/etc/firewalld/zones/public.xml", zone)), true, true, true],
  ["another zone of firewalld", files(file("/etc/firewalld/zones/dmz.xml", zone)), false, false, false],
  ["firewalld as the image has it", runcmd("systemctl enable --now firewalld"), "unknown", "unknown", "unknown"],
  ["firewalld switched off", runcmd("systemctl disable --now firewalld"), true, true, true],
  ["ufw, the port", runcmd("ufw allow 587/tcp", start), true, true, true],
  ["ufw, another port", runcmd("ufw allow 25", "ufw allow OpenSSH", start), false, false, false],
  ["ufw, a list", runcmd("ufw allow 25,465,587/tcp", start), true, true, true],
  ["ufw, an application", runcmd("ufw allow 'Postfix Submission'", start), true, true, true],
  ["ufw, an application that is not known", runcmd("ufw allow 'Mail Suite'", start), "unknown", "unknown", "unknown"],
  ["ufw, a service", runcmd("ufw allow submission", start), true, true, true],
  [
    "ufw, the office",
    runcmd("ufw allow from 10.0.0.0/8 to any port 587 proto tcp comment 'the office'", start),
    false,
    true,
    false,
  ],
  ["ufw, denied first", runcmd("ufw deny from 8.8.8.8", "ufw allow 587/tcp", start), false, true, true],
  ["ufw, allowed first", runcmd("ufw allow 587/tcp", "ufw deny from 8.8.8.8", start), true, true, true],
  ["ufw, changed", runcmd("ufw allow 587/tcp", "ufw deny 587/tcp", start), false, false, false],
  ["ufw, deleted", runcmd("ufw allow 587/tcp", "ufw delete allow 587/tcp", start), false, false, false],
  ["ufw, prepended", runcmd("ufw deny 587/tcp", "ufw prepend allow from 10.0.0.0/8", start), false, true, false],
  ["ufw, open by default", runcmd("ufw default allow incoming", "ufw deny 25", start), true, true, true],
  ["ufw, a limit", runcmd("ufw limit 587/tcp", start), "unknown", "unknown", "unknown"],
  ["ufw, never enabled", runcmd("ufw allow 587/tcp"), "unknown", "unknown", "unknown"],
  ["ufw, switched off again", runcmd("ufw deny 587", start, "ufw disable"), true, true, true],
  ["ufw, as a list", runcmd("[ufw, allow, 587/tcp]", "[sh, -c, 'ufw --force enable']"), true, true, true],
  ["ufw, fed with a yes", runcmd("ufw allow 25", "yes | ufw enable"), false, false, false],
  ["ufw, with a variable", runcmd("ufw allow $PORT", start), "unknown", "unknown", "unknown"],
  ["ufw, a rule by its number", runcmd("ufw allow 587", "ufw delete 1", start), "unknown", "unknown", "unknown"],
  ["a script", script("apt-get install -y ufw", "ufw allow 587/tcp \\", "  && ufw --force enable"), true, true, true],
  ["a script with a loop", script("for p in 25 587; do ufw allow $p; done", start), "unknown", "unknown", "unknown"],
  [
    "a script with a condition",
    script("if true; then", "  ufw allow 587", "fi", start),
    "unknown",
    "unknown",
    "unknown",
  ],
  ["a script that ends before", script("ufw allow 25", start, "exit 0", "ufw allow 587"), false, false, false],
  [
    "a script of another kind",
    "#!/usr/bin/python3\nimport os\nos.system('ufw allow 587')\n",
    "unknown",
    "unknown",
    "unknown",
  ],
  [
    "a script that is written and called",
    `${files(file("/root/fw.sh", script("ufw allow 25", start)))}runcmd: [bash /root/fw.sh]\n`,
    false,
    false,
    false,
  ],
  [
    "a script that is written and not called",
    files(file("/root/fw.sh", script("ufw allow 25", start))),
    "unknown",
    "unknown",
    "unknown",
  ],
  [
    "iptables",
    runcmd("iptables -P INPUT DROP", established, "iptables -A INPUT -p tcp --dport 587 -j ACCEPT"),
    true,
    true,
    true,
  ],
  [
    "iptables of both families",
    runcmd("iptables -P INPUT DROP", "ip6tables -P INPUT DROP", established, `iptables ${open}`),
    true,
    true,
    false,
  ],
  [
    "iptables, inserted",
    runcmd(established, "iptables -A INPUT -j DROP", "iptables -I INPUT -s 10.0.0.0/8 -p tcp --dport 587 -j ACCEPT"),
    false,
    true,
    true,
  ],
  ["iptables, emptied", runcmd("iptables -A INPUT -j DROP", "iptables -F"), true, true, true],
  [
    "iptables, a rule deleted",
    runcmd("iptables -A INPUT -j DROP", "iptables -D INPUT 1"),
    "unknown",
    "unknown",
    "unknown",
  ],
  [
    "iptables, a rule deleted by its words",
    runcmd("iptables -A INPUT -j DROP", "iptables -D INPUT -j DROP"),
    true,
    true,
    true,
  ],
  [
    "iptables, saved",
    runcmd(
      established,
      "iptables -A INPUT -j DROP",
      "iptables-save > /etc/iptables/rules.v4",
      "netfilter-persistent save",
    ),
    false,
    false,
    true,
  ],
  ["iptables and ufw", runcmd("iptables -A INPUT -j DROP", "ufw allow 587", start), "unknown", "unknown", "unknown"],
  [
    "iptables beside a file",
    `${files(file("/etc/iptables/rules.v4", tables(open)))}runcmd: ["iptables ${open}"]\n`,
    "unknown",
    "unknown",
    "unknown",
  ],
  [
    "nft",
    runcmd(
      "nft add table inet f",
      `"nft add chain inet f input '{ type filter hook input priority 0; policy drop; }'"`,
      "nft add rule inet f input tcp dport 587 accept",
      "nft add rule inet f input ct state established accept",
    ),
    true,
    true,
    true,
  ],
  [
    "nft, another port",
    runcmd(
      "nft add table inet f",
      `"nft add chain inet f input { type filter hook input priority 0 \\\\; policy drop \\\\; }"`,
      "nft add rule inet f input tcp dport 25 accept",
    ),
    false,
    false,
    false,
  ],
  ["firewall-cmd", runcmd("firewall-cmd --permanent --add-port=587/tcp"), true, true, true],
  ["firewall-cmd, another port", runcmd("firewall-cmd --permanent --add-service=smtp"), false, false, false],
  ["firewall-cmd, a service", runcmd("firewall-cmd --permanent --add-service smtp-submission"), true, true, true],
  [
    "firewall-cmd, removed again",
    runcmd("firewall-cmd --permanent --add-port=587/tcp", "firewall-cmd --permanent --remove-port=587/tcp"),
    false,
    false,
    false,
  ],
  [
    "firewall-cmd, firewalld started",
    runcmd("systemctl enable --now firewalld", "firewall-cmd --permanent --add-port=587/tcp", "firewall-cmd --reload"),
    true,
    true,
    true,
  ],
  [
    "firewall-cmd, a rich rule",
    runcmd(
      `firewall-cmd --permanent --zone=public --add-rich-rule='rule family="ipv4" source address="10.0.0.0/8" port port="587" protocol="tcp" accept'`,
    ),
    false,
    true,
    false,
  ],
  [
    "firewall-cmd, a zone for the office",
    runcmd("firewall-cmd --permanent --zone=trusted --add-source=10.0.0.0/8"),
    false,
    true,
    false,
  ],
  [
    "firewall-cmd, another default zone",
    runcmd("firewall-cmd --set-default-zone=drop", "firewall-cmd --permanent --zone=public --add-port=587/tcp"),
    false,
    false,
    false,
  ],
  ["firewall-cmd, a target", runcmd("firewall-cmd --permanent --zone=public --set-target=ACCEPT"), true, true, true],
  ["firewall-cmd, until the next boot", runcmd("firewall-cmd --add-port=587/tcp"), "unknown", "unknown", "unknown"],
  [
    "firewall-cmd, made permanent",
    runcmd("firewall-cmd --add-port=587/tcp", "firewall-cmd --runtime-to-permanent"),
    true,
    true,
    true,
  ],
  [
    "firewall-cmd, a zone that is not firewalld's",
    runcmd("firewall-cmd --permanent --zone=mail --add-port=587/tcp"),
    "unknown",
    "unknown",
    "unknown",
  ],
  [
    "firewall-cmd, a rich rule that is none",
    runcmd("firewall-cmd --permanent --add-rich-rule='let 587 in'"),
    "unknown",
    "unknown",
    "unknown",
  ],
  ["firewall-offline-cmd", runcmd("firewall-offline-cmd --add-port=587/tcp"), "unknown", "unknown", "unknown"],
  [
    "pf.conf",
    `${files(file("/etc/pf.conf", "block in all\npass in proto tcp to port 587"))}runcmd: ["pfctl -f /etc/pf.conf"]\n`,
    true,
    true,
    true,
  ],
  [
    "a file that a command writes",
    script("cat > /etc/nftables.conf <<'EOF'", "table inet f { }", "EOF"),
    "unknown",
    "unknown",
    "unknown",
  ],
  ["bootcmd", cloudConfig("bootcmd: [ufw allow 587]\n"), "unknown", "unknown", "unknown"],
  ["a template", `## template: jinja\n${runcmd("ufw allow {{ port }}", start)}`, "unknown", "unknown", "unknown"],
  ["malformed YAML", "#cloud-config\nruncmd: [ufw allow 587\n", "unknown", "unknown", "unknown"],
];

it.each(cases)("%s", async (_, userData, four, near, six) => {
  const facts = factsOf(await fromState(server(userData)));
  const reaches = (peer: string) => answer(facts, "reachable", "mail:587", peer);
  expect([reaches("8.8.8.8"), reaches("10.1.2.3"), reaches("2001:4860:4860::8888")]).toEqual([four, near, six]);
});

const urn = urnOf({ type: "hzServer", name: "mail" });

it.each<[string, userData: string, missing: string[]]>([
  ["a command", runcmd("ufw allow $PORT", start), [`${urn}#userData:runcmd:1`]],
  ["a line of a script", script("if true; then", "  ufw allow 587", "fi"), [`${urn}#userData:script:4`]],
  [
    "a file",
    cloudConfig("write_files:\n  - path: /etc/nftables.conf\n    source: {}\n"),
    [`${urn}#userData:/etc/nftables.conf`],
  ],
  ["a key", cloudConfig("bootcmd: [ufw allow 587]\n"), [`${urn}#userData:bootcmd`]],
])("what is not read is named: %s", async (_, userData, missing) => {
  const facts = factsOf(await fromState(server(userData)));
  expect([...new Set(missingAt(facts, "reachable", "mail:587"))]).toEqual(missing);
});

it.each<[string, userData: string, at: string]>([
  ["a command", runcmd("ufw allow 25", "ufw allow 587/tcp", start), "runcmd:2"],
  ["a line of a script", script("ufw allow 587/tcp", start), "script:3"],
  ["a port of firewalld", runcmd("ls", "firewall-cmd --permanent --add-port=587/tcp"), "runcmd:2"],
  ["a line of a file", files(file("/etc/nftables.conf", nft("tcp dport 587 accept"))), "/etc/nftables.conf:6"],
])("the rule that lets in is named: %s", async (_, userData, at) => {
  const facts = factsOf(await fromState(server(userData)));
  const found = factsNamed(facts, "reachable").find(({ subject, value }) => subject === "mail:587" && value === true);
  expect(found?.evidence.map((each) => each.at)).toContain(`${urn}#userData:${at}`);
});

/** Where machines of other clouds carry user data; the name is what the interface is called. */
const carriers: readonly Written[] = [
  { type: "instance", name: "mail", inputs: { userData: runcmd(start) } },
  { type: "instance", name: "mail", inputs: { userDataBase64: Buffer.from(runcmd(start)).toString("base64") } },
  { type: "gcpInstance", name: "mail", inputs: { metadata: { "user-data": runcmd(start) }, networkInterfaces: [{}] } },
  { type: "gcpInstance", name: "mail", inputs: { metadataStartupScript: script(start), networkInterfaces: [{}] } },
  {
    type: "gcpInstance",
    name: "mail",
    inputs: { metadata: { "startup-script": script(start) }, networkInterfaces: [{}] },
  },
  { type: "doDroplet", name: "mail", inputs: { userData: runcmd(start) } },
  { type: "linode", name: "mail", inputs: { metadatas: [{ userData: runcmd(start) }] } },
  { type: "vultrInstance", name: "mail", inputs: { userData: runcmd(start) } },
  { type: "scwServer", name: "mail", inputs: { userData: { "cloud-init": runcmd(start) } } },
  { type: "osInstance", name: "mail", inputs: { userData: runcmd(start) } },
  { type: "ociInstance", name: "mail", inputs: { metadata: { user_data: runcmd(start) } } },
  { type: "aliInstance", name: "mail", inputs: { userData: runcmd(start) } },
];

it.each(carriers)("$type is closed by its own firewall", async (carrier) => {
  const facts = factsOf(await fromState([carrier]));
  const closed = factsNamed(facts, "reachable").filter(
    ({ subject, value }) => subject === "mail:587" && value === false,
  );
  expect(closed.flatMap(({ evidence }) => evidence.map(({ layer }) => layer?.name))).toContain("ufw INPUT");
});
