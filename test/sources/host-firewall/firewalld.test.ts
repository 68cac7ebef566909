import { InputError } from "../../../model/errors.js";
import { lacksFirewalld, listedByFirewalld } from "../../setup/firewalld.js";
import { describeWith } from "../../setup/real-part.js";
import { answersWith, told, within } from "./directories.js";
import { answersOf } from "./hosts.js";

const conf = "DefaultZone=public\nIPv6_rpfilter=no\n";
const zone = (...lines: string[]) => `<?xml version="1.0" encoding="utf-8"?>\n<zone>\n${lines.join("\n")}\n</zone>\n`;
const policy = (attributes: string, ...lines: string[]) => `<policy ${attributes}>\n${lines.join("\n")}\n</policy>\n`;
const rule = (inside: string, attributes = "") => `<rule ${attributes}>${inside}</rule>`;
const submission = '<port port="587" protocol="tcp"/>';
const net = '<source address="192.0.2.0/24"/>';
const toHost = '<ingress-zone name="ANY"/><egress-zone name="HOST"/>';

const anyone = "192.0.2.7";
const other = "203.0.113.9";
const six = "2001:db8::7";

/** Files below /etc/firewalld; whether 587 is open to `anyone`, `other` and `six`. */
const cases: [name: string, files: Record<string, string>, open: boolean[]][] = [
  ["the package's own zone", {}, [false, false, false]],
  ["a port", { "zones/public.xml": zone(submission) }, [true, true, true]],
  ["a range", { "zones/public.xml": zone('<port port="500-600" protocol="tcp"/>') }, [true, true, true]],
  ["UDP", { "zones/public.xml": zone('<port port="587" protocol="udp"/>') }, [false, false, false]],
  ["a service of the package", { "zones/public.xml": zone('<service name="smtp-submission"/>') }, [true, true, true]],
  ["another service", { "zones/public.xml": zone('<service name="smtps"/>') }, [false, false, false]],
  [
    "a service that includes others",
    {
      "zones/public.xml": zone('<service name="mail"/>'),
      "services/mail.xml": '<service><include service="smtp"/><include service="smtp-submission"/></service>',
    },
    [true, true, true],
  ],
  [
    "a service for IPv4 destinations",
    {
      "zones/public.xml": zone('<service name="mail"/>'),
      "services/mail.xml": `<service>${submission}<destination ipv4="0.0.0.0/0"/></service>`,
    },
    [true, true, false],
  ],
  ["a protocol", { "zones/public.xml": zone('<protocol value="tcp"/>') }, [true, true, true]],
  [
    "a target that accepts",
    { "zones/public.xml": zone().replace("<zone>", '<zone target="ACCEPT">') },
    [true, true, true],
  ],
  [
    "a target that drops",
    { "zones/public.xml": zone(submission).replace("<zone>", '<zone target="DROP">') },
    [true, true, true],
  ],
  ["another default zone", { "firewalld.conf": conf.replace("public", "trusted") }, [true, true, true]],
  ["a zone of sources", { "zones/office.xml": zone(net, submission) }, [true, false, false]],
  [
    "a zone of sources that closes",
    { "zones/public.xml": zone(submission), "zones/office.xml": zone(net) },
    [false, true, true],
  ],
  [
    "two zones of one source",
    { "zones/a.xml": zone(net), "zones/b.xml": zone('<source address="192.0.2.7"/>', submission) },
    [false, false, false],
  ],
  [
    "an ipset of sources",
    {
      "ipsets/office.xml": '<ipset type="hash:net"><entry>192.0.2.0/24</entry></ipset>',
      "zones/office.xml": zone('<source ipset="office"/>', submission),
    },
    [true, false, false],
  ],
  [
    "a rich rule",
    { "zones/public.xml": zone(rule(`${net}${submission}<accept/>`, 'family="ipv4"')) },
    [true, false, false],
  ],
  [
    "a rich rule of a family",
    { "zones/public.xml": zone(rule(`${submission}<accept/>`, 'family="ipv6"')) },
    [false, false, true],
  ],
  [
    "a rich rule for all but",
    {
      "zones/public.xml": zone(
        rule(
          '<source address="192.0.2.0/24" invert="True"/><service name="smtp-submission"/><accept/>',
          'family="ipv4"',
        ),
      ),
    },
    [false, true, false],
  ],
  [
    "what denies before what allows",
    { "zones/public.xml": zone(submission, rule(`${net}<reject/>`, 'family="ipv4"')) },
    [false, true, true],
  ],
  [
    "an early rich rule",
    {
      "zones/public.xml": zone(
        rule(`${net}${submission}<accept/>`, 'family="ipv4" priority="-5"'),
        rule(`${submission}<drop/>`),
      ),
    },
    [true, false, false],
  ],
  ["a late rich rule", { "zones/public.xml": zone(submission, rule("<drop/>", 'priority="5"')) }, [true, true, true]],
  [
    "a late rich rule that opens",
    { "zones/public.xml": zone(rule(`${net}<accept/>`, 'family="ipv4" priority="5"')) },
    [true, false, false],
  ],
  [
    "a rich rule that only logs",
    { "zones/public.xml": zone(rule(`${submission}<log prefix="a"/>`)) },
    [false, false, false],
  ],
  [
    "a policy before all zones",
    { "policies/mail.xml": policy('target="CONTINUE" priority="-10"', toHost, submission) },
    [true, true, true],
  ],
  [
    "a policy that denies",
    {
      "zones/public.xml": zone(submission),
      "policies/mail.xml": policy('target="CONTINUE" priority="-10"', toHost, rule(`${net}<drop/>`, 'family="ipv4"')),
    },
    [false, true, true],
  ],
  [
    "a policy after the zone",
    { "policies/mail.xml": policy('target="ACCEPT" priority="10"', toHost) },
    [true, true, true],
  ],
  [
    "a policy for what goes out",
    {
      "policies/out.xml": policy(
        'target="CONTINUE"',
        '<ingress-zone name="HOST"/><egress-zone name="ANY"/>',
        rule('<destination address="192.0.2.0/24"/><port port="25" protocol="tcp"/><reject/>', 'family="ipv4"'),
      ),
    },
    [false, false, false],
  ],
];

const whole = (files: Record<string, string>) =>
  Object.fromEntries(
    Object.entries({ "firewalld.conf": conf, ...files }).map(([name, text]) => [`etc/firewalld/${name}`, text]),
  );

it.each(cases)("%s", async (_, files, open) => {
  const answers = await answersWith(whole(files));
  expect([anyone, other, six].map((peer) => answers.reaches(peer, 587))).toEqual(open);
});

describeWith(lacksFirewalld())("firewalld itself", () => {
  it("makes the same of the same directories", async () => {
    const files = Object.fromEntries(
      cases.flatMap(([name, each]) => Object.entries(whole(each)).map(([path, text]) => [`${name}/${path}`, text])),
    );
    const listings = await within(files, async (home) =>
      listedByFirewalld(...cases.map(([name]) => `${home}/${name}/etc/firewalld`)),
    );
    expect(listings).toHaveLength(cases.length);
    for (const [i, [name, each]] of cases.entries()) {
      const [ours, theirs] = await Promise.all([
        answersWith(whole(each)),
        answersOf({ "ruleset.json": listings[i] ?? "" }),
      ]);
      expect([name, told(ours)]).toEqual([name, told(theirs)]);
    }
  }, 120_000);
});

it.each<[string, Record<string, string>, string]>([
  [
    "an interface's zone",
    { "zones/work.xml": zone('<interface name="eth1"/>', submission) },
    "the interface of the client",
  ],
  ["a limit", { "zones/public.xml": zone(rule(`${submission}<accept><limit value="5/m"/></accept>`)) }, "a limit"],
  [
    "a service that nobody defines",
    { "zones/public.xml": zone('<service name="our-mail"/>') },
    "the ports of service our-mail",
  ],
  [
    "a hardware address",
    { "zones/office.xml": zone('<source mac="02:00:00:00:00:01"/>', submission) },
    "the client's hardware address",
  ],
  [
    "a forwarded port",
    { "zones/public.xml": zone('<forward-port port="587" protocol="tcp" to-port="2525"/>') },
    "the forwarding of port 587",
  ],
  [
    "direct rules",
    {
      "zones/public.xml": zone(submission),
      "direct.xml": '<direct>\n<rule ipv="ipv4" table="filter" chain="INPUT" priority="0">-j DROP</rule></direct>',
    },
    "direct.xml",
  ],
])("%s is unknown", async (_, files, missing) => {
  const answers = await answersWith(whole(files));
  expect(answers.reaches(anyone, 587)).toBe("unknown");
  expect(answers.missing(587).join()).toContain(missing);
});

it("names the line of the element that opens, and the zone that closes", async () => {
  const { facts } = await answersWith(whole({ "zones/public.xml": zone(submission) }));
  const at = (subject: string) =>
    facts.find((fact) => fact.name === "reachable" && fact.subject === subject)?.evidence[0]?.at;
  expect([at("mx1:587"), at("mx1:25")]).toEqual([
    expect.stringMatching(/public\.xml:3$/),
    expect.stringMatching(/public\.xml:2$/),
  ]);
});

it.each([
  ["malformed XML", zone("<port"), ":4", "malformed"],
  ["a port above 65535", zone('<port port="70000" protocol="tcp"/>'), ":3", "70000"],
  ["a reversed range", zone('<port port="600-500" protocol="tcp"/>'), ":3", "600-500"],
  ["no address", zone('<source address="10.0.0.0/40"/>'), ":3", "10.0.0.0/40"],
  ["an unknown target", zone().replace("<zone>", '<zone target="MAYBE">'), ":2", "target"],
  ["a family that is none", zone(rule("<accept/>", 'family="ipx"')), ":3", "family"],
  ["another file", "<service/>", ":1", "<zone>"],
  ["elements without end", `<zone>${"<a>".repeat(100)}`, ":1", "deep"],
])("%s is an error with its place", async (_, text, place, problem) => {
  const error = await answersWith(whole({ "zones/public.xml": text })).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).where).toMatch(new RegExp(`public\\.xml${place}$`));
  expect((error as InputError).problem).toContain(problem);
});
