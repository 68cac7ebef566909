import { InputError } from "../../../model/errors.js";
import type { Estate } from "../../../model/network.js";
import { noticesOf } from "../../../reach/notices.js";
import { readHostFirewall } from "../../../sources/host-firewall/index.js";
import { answer, factsOf, missingAt } from "../pulumi/programs.js";
import { within } from "./directories.js";
import { nftInput } from "./hosts.js";

/** The same bad inputs for every language of host firewalls: refused with the place, or told; none passes in silence. */
interface Stated {
  readonly source?: string;
  readonly protocol?: string;
}

const world = "0.0.0.0/0";
const defaults =
  'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\nDEFAULT_OUTPUT_POLICY="ACCEPT"\nDEFAULT_FORWARD_POLICY="DROP"\n';
const ufwPart = (name: string, ...lines: string[]) =>
  ["*filter", `:${name} - [0:0]`, ...lines, "COMMIT", ""].join("\n");
const matching = (left: object, right: unknown) => ({ match: { op: "==", left, right } });
const numbered = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);
const blockOf = (text: string) => {
  const [addr, len] = text.split("/");
  return { prefix: { addr, len: Number(len) } };
};
const profiles = ["Domain", "Private", "Public"].map((Name) => ({
  ...{ Name, Enabled: "True", DefaultInboundAction: "NotConfigured", DefaultOutboundAction: "NotConfigured" },
}));

/** A host that lets some addresses in to one port, and nobody else. */
const languages: Readonly<Record<string, (stated: Stated) => Record<string, string>>> = {
  iptables: ({ source = world, protocol = "tcp" }) => ({
    "rules.v4": `*filter\n:INPUT DROP [0:0]\n-A INPUT -s ${source} -p ${protocol} --dport 587 -j ACCEPT\nCOMMIT\n`,
  }),
  nftables: ({ source = world, protocol = "tcp" }) => ({
    "etc/nftables.conf": `table inet f {\nchain input {\ntype filter hook input priority filter; policy drop;\nip saddr ${source} meta l4proto ${protocol} th dport 587 accept\n}\n}\n`,
  }),
  "nft -j": ({ source = world, protocol = "tcp" }) =>
    nftInput([
      [
        matching({ payload: { protocol: "ip", field: "saddr" } }, blockOf(source)),
        matching({ meta: { key: "l4proto" } }, numbered(protocol)),
        matching({ payload: { protocol: "th", field: "dport" } }, 587),
        { accept: null },
      ],
    ]),
  ufw: ({ source = world, protocol = "tcp" }) => ({
    "etc/default/ufw": defaults,
    "etc/ufw/ufw.conf": "ENABLED=yes\n",
    "etc/ufw/before.rules": ufwPart("ufw-before-input"),
    "etc/ufw/before6.rules": ufwPart("ufw6-before-input"),
    "etc/ufw/after.rules": ufwPart("ufw-after-input"),
    "etc/ufw/after6.rules": ufwPart("ufw6-after-input"),
    "etc/ufw/user.rules": ufwPart(
      "ufw-user-input",
      `-A ufw-user-input -s ${source} -p ${protocol} --dport 587 -j ACCEPT`,
    ),
    "etc/ufw/user6.rules": ufwPart("ufw6-user-input"),
  }),
  firewalld: ({ source = world, protocol = "tcp" }) => ({
    "etc/firewalld/firewalld.conf": "DefaultZone=public\nIPv6_rpfilter=no\n",
    "etc/firewalld/zones/public.xml": `<zone>\n<rule family="ipv4"><source address="${source}"/><port port="587" protocol="${protocol}"/><accept/></rule>\n</zone>\n`,
  }),
  pf: ({ source = world, protocol = "tcp" }) => ({
    "pf.conf": `block in all\npass in proto ${protocol} from ${source} to port 587\n`,
  }),
  Windows: ({ source = world, protocol = "TCP" }) => ({
    "windows.json": JSON.stringify({
      profiles,
      rules: [
        {
          ...{ Name: "mail", DisplayName: "Mail", Enabled: "True", Direction: "Inbound", Action: "Allow" },
          ...{ Profile: "Any", Protocol: protocol, LocalPort: "587", RemotePort: "Any", LocalAddress: "Any" },
          ...{ RemoteAddress: source, Program: "Any", Service: "Any", InterfaceType: "Any" },
        },
      ],
    }),
  }),
};

const read = (files: Record<string, string>): Promise<Estate> => within(files, readHostFirewall);
const reaches = (estate: Estate, peer = "198.51.100.7") => answer(factsOf(estate), "reachable", "mx1:587", peer);

const failure = async (files: Record<string, string>): Promise<InputError> => {
  const error = await read(files).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  return error as InputError;
};

/** Where errors and notices point; what it makes of the protocol 6, and of a name that is none of /etc/protocols. */
const places: Readonly<Record<string, readonly [at: RegExp, six: "tcp" | "error", unnamed: "unknown" | "error"]>> = {
  iptables: [/rules\.v4:3$/, "tcp", "unknown"],
  nftables: [/nftables\.conf:4$/, "tcp", "unknown"],
  "nft -j": [/ruleset\.json#(?:nftables\[2\]|inet filter input handle 2)$/, "tcp", "unknown"],
  ufw: [/user\.rules:3$/, "tcp", "unknown"],
  firewalld: [/public\.xml:2$/, "error", "error"],
  pf: [/pf\.conf:2$/, "tcp", "unknown"],
  Windows: [/windows\.json#rules\[0\](?: \(Mail\)|\.\w+)?$/, "tcp", "error"],
};

describe.each(Object.entries(languages))("%s", (name, host) => {
  const [at, six, unnamed] = places[name] as (typeof places)[string];

  it("lets the world in where nothing is wrong, and tells nothing", async () => {
    const estate = await read(host({}));
    expect([reaches(estate), noticesOf(estate)]).toEqual([true, []]);
  });

  it("cuts the host bits of a block off, and says where it stands and what it counts as", async () => {
    const estate = await read(host({ source: "203.0.113.7/24" }));
    expect([reaches(estate), reaches(estate, "203.0.113.9")]).toEqual([false, true]);
    expect(noticesOf(estate)).toEqual([
      { at: expect.stringMatching(at), says: "203.0.113.7/24 has host bits and counts as 203.0.113.0/24" },
    ]);
    expect(reaches(await read(host({ source: "1.2.3.4/0" })))).toBe(true);
  });

  it.each([{ source: "10.0.0.0/33" }, { protocol: "999" }])("refuses %j, with its place", async (stated) => {
    expect((await failure(host(stated))).where).toMatch(at);
  });

  it("takes protocol 6 for TCP, or refuses it where names alone are taken", async () => {
    if (six === "tcp") expect(reaches(await read(host({ protocol: "6" })))).toBe(true);
    else expect((await failure(host({ protocol: "6" }))).where).toMatch(at);
  });

  it("passes no protocol in silence that only the host can know", async () => {
    if (unnamed === "error") expect((await failure(host({ protocol: "smtp" }))).where).toMatch(at);
    else {
      const estate = await read(host({ protocol: "smtp" }));
      expect(reaches(estate)).toBe("unknown");
      expect(missingAt(factsOf(estate), "reachable", "mx1:587").join()).toContain("the protocol smtp");
    }
  });

  it("knows other protocols, which no mail takes", async () => {
    expect(reaches(await read(host({ protocol: name === "Windows" ? "UDP" : "udp" })))).toBe(false);
  });
});
