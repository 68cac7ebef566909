import { EC2Client } from "@aws-sdk/client-ec2";
import { AddressSet } from "../../model/addresses.js";
import { isUnknown } from "../../model/maybe.js";
import type { Layer, NetworkInterface } from "../../model/network.js";
import { unionOf } from "../../model/partial.js";
import { readAws } from "../../sources/aws/index.js";
import { Account, group, list, tcp, v4, v6 } from "../setup/aws-account.js";
import { isolateAws } from "../setup/aws-environment.js";
import { type Moto, startMoto } from "../setup/moto.js";
import { describeWith, lacks } from "../setup/real-part.js";

const region = "eu-west-1";
const account = "123456789012";
const everyIpv4 = AddressSet.of("0.0.0.0/0");

describeWith(lacks("python3", "--version"))("an account read through the EC2 API (moto)", () => {
  let moto: Moto | undefined;
  let ids: Record<string, string>;
  let interfaces: readonly NetworkInterface[];
  let read: Awaited<ReturnType<typeof readAws>>;

  beforeAll(async () => {
    moto = await startMoto();
    isolateAws(moto.endpoint);
    const ec2 = new EC2Client({ region });
    const made = new Account(ec2);
    ids = made.ids;
    await made.network();
    const offices = await made.prefixList("offices", "192.0.2.0/25", "192.0.2.128/25");
    const app = await made.group("app", [], [tcp(587, 587, v4("203.0.113.9/32"))]);
    const mail = await made.group("mail", [
      tcp(587, 587, { ...v4("198.51.100.0/24"), ...v6("2001:db8::/32"), ...group(app) }),
      tcp(465, 465, list(offices)),
      tcp(25, 25, v4("0.0.0.0/1", "128.0.0.0/1")),
      { IpProtocol: "udp", FromPort: 0, ToPort: 65535, ...v4("0.0.0.0/0") },
      { IpProtocol: "icmp", FromPort: -1, ToPort: -1, ...v4("0.0.0.0/0") },
    ]);
    const wide = await made.group("wide", [{ IpProtocol: "-1", ...v4("203.0.113.0/24") }], []);
    await made.group("broad", [tcp(1, 1024, v4("0.0.0.0/0"))]);
    await made.instance("app-1", "10.1.2.11", app);
    await made.instance("app-2", "10.1.2.12", app);
    await made.instance("mail-1", "10.1.2.20", mail);
    await made.instance("mail-wide", "10.1.2.21", mail, wide);
    await made.eni("lone-eni", "10.1.2.30", wide);
    await made.run("two-legs", [
      { DeviceIndex: 0, SubnetId: ids.subnet, PrivateIpAddress: "10.1.2.40", Groups: [app] },
      { DeviceIndex: 1, SubnetId: ids.subnet, PrivateIpAddress: "10.1.2.41", Groups: [wide] },
    ]);
    ec2.destroy();
    read = await readAws({ region });
    interfaces = read.estate.interfaces;
  }, 180_000);
  afterAll(() => moto?.stop());

  function called(name: string): NetworkInterface {
    const found = interfaces.find((each) => each.name === name || each.cloudId === ids[name]);
    if (!found) throw new Error(`${name} is not in the estate`);
    return found;
  }

  it("names account and Region", () => {
    expect([read.account, read.region]).toEqual([account, region]);
  });

  it("is one thing an instance, an interface of its own, or a group that nothing carries", () => {
    const ofMine = interfaces.filter((each) => Object.values(ids).includes(each.cloudId ?? ""));
    expect(ofMine.map(({ kind, name, cloudId }) => `${kind} ${name} ${cloudId}`).sort()).toEqual(
      [
        ...["app-1", "app-2", "mail-1", "mail-wide"].map((name) => `instance ${name} ${ids[name]}`),
        `interface ${ids["lone-eni"]} ${ids["lone-eni"]}`,
        `unattached group ${ids.broad} ${ids.broad}`,
      ].sort(),
    );
    expect(called("mail-1").id).toBe(`arn:aws:ec2:${region}:${account}:instance/${ids["mail-1"]}`);
    expect(interfaces.every((each) => each.origin === "deployed" && each.evidence.kind === "cloud")).toBe(true);
    expect(interfaces.map((each) => each.id)).toEqual(interfaces.map((each) => each.id).sort());
  });

  it("splits an instance whose interfaces carry different groups", () => {
    const legs = interfaces.filter((each) => each.evidence.says.includes(`of ${ids["two-legs"]} `));
    expect(legs.map((each) => each.kind)).toEqual(["interface", "interface"]);
    expect(legs.map((each) => admitted(each, "ingress", 587).certain.toString()).sort()).toEqual([
      "203.0.113.0/24",
      "nobody",
    ]);
  });

  const legs = ["10.1.2.40/32"];
  const apps = ["10.1.2.11/32", "10.1.2.12/32", ...legs];
  const table: [string, string, "ingress" | "egress", number, AddressSet][] = [
    [
      "CIDR blocks of both families and the members of a group",
      "mail-1",
      "ingress",
      587,
      AddressSet.of("198.51.100.0/24", "2001:db8::/32", ...apps),
    ],
    ["the entries of a prefix list", "mail-1", "ingress", 465, AddressSet.of("192.0.2.0/24")],
    ["two halves are the whole", "mail-1", "ingress", 25, everyIpv4],
    ["UDP and ICMP to anyone open no TCP port", "mail-1", "ingress", 2525, AddressSet.empty],
    ["the union of two groups", "mail-wide", "ingress", 465, AddressSet.of("192.0.2.0/24", "203.0.113.0/24")],
    ["a rule of protocol -1 has every port", "lone-eni", "ingress", 587, AddressSet.of("203.0.113.0/24")],
    ["a range opens what is in it", "broad", "ingress", 465, everyIpv4],
    ["a range opens nothing outside it", "broad", "ingress", 2525, AddressSet.empty],
    ["an untouched group lets everything out over IPv4", "mail-1", "egress", 587, everyIpv4],
    ["no egress rule lets nothing out", "lone-eni", "egress", 587, AddressSet.empty],
    ["an egress rule lets out what it names", "app-1", "egress", 587, AddressSet.of("203.0.113.9/32")],
    ["and nothing else", "app-1", "egress", 25, AddressSet.empty],
  ];
  it.each(table)("%s", (_case, name, side, port, expected) => {
    const { certain, possible } = admitted(called(name), side, port);
    expect([certain.toCidrs(), possible.toCidrs()]).toEqual([expected.toCidrs(), expected.toCidrs()]);
  });

  it("gives every rule the id that the console shows, and says what it does", () => {
    const rules = groupsAround(called("mail-1"), "ingress").rules;
    expect(rules).toHaveLength(8);
    expect(new Set(rules.map((rule) => rule.id)).size).toBe(8);
    for (const { id, evidence } of rules) {
      expect(id).toMatch(/^sgr-[0-9a-f]{17}$/);
      expect(evidence).toMatchObject({ kind: "cloud", at: id, layer: { name: "security group", decision: "allow" } });
    }
    expect(rules.map((rule) => rule.evidence.says)).toContain(
      `${ids.mail} lets in tcp 465 from 192.0.2.0/24 (${ids.offices})`,
    );
  });

  it("reads the same twice", async () => {
    expect(await readAws({ region })).toEqual(read);
  });

  it("sees another Region as it is: without any of this", async () => {
    const other = await readAws({ region: "us-gov-west-1" });
    expect(other.estate.interfaces.every((each) => each.id.startsWith("arn:aws-us-gov:ec2:us-gov-west-1:"))).toBe(true);
    expect(other.estate.interfaces.filter((each) => each.kind !== "unattached group")).toEqual([]);
  });
});

/** The one layer of its groups, beside those of the network around it. */
function groupsAround(nic: NetworkInterface, side: "ingress" | "egress"): Layer {
  const around =
    nic.kind === "unattached group" ? [] : ["network ACL", "public address", "route", "Block Public Access"];
  const provider = nic.kind !== "unattached group" && side === "egress" ? ["provider"] : [];
  expect(nic[side].map(({ name }) => name).sort()).toEqual(["security group", ...around, ...provider].sort());
  expect(nic[side].flatMap(({ incomplete }) => incomplete)).toEqual([]);
  const [layer] = nic[side];
  if (layer?.name !== "security group") throw new Error("the groups come first");
  expect([layer.combine, layer.otherwise.action]).toEqual(["union", "deny"]);
  return layer;
}

/** What the rules of its groups admit, from the meaning of an allow-union: no code of the product's own reach room. */
function admitted(nic: NetworkInterface, side: "ingress" | "egress", port: number) {
  const { rules } = groupsAround(nic, side);
  const matching = rules.filter(({ protocol, ports }) => {
    if (isUnknown(protocol) || isUnknown(ports)) throw new Error("a live rule is known");
    return protocol !== "other" && ports.has(port);
  });
  return unionOf(...matching.map((rule) => rule.peers));
}
