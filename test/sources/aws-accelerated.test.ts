import type { NetworkInterface as Eni } from "@aws-sdk/client-ec2";
import { toEstate } from "../../sources/aws/estate.js";
import type { Inventory } from "../../sources/aws/inventory.js";
import { noTransit } from "../../sources/aws/transit-gateways.js";
import { answer, factsOf, missingAt } from "./pulumi/programs.js";

/*
 * Answers of the EC2 API as its reference documents them; no emulator makes the interfaces of accelerators. `mail` has no
 * public address and a group that lets 587 in.
 */
const mail: Eni = {
  ...{ NetworkInterfaceId: "eni-1", InterfaceType: "interface", VpcId: "vpc-1", SubnetId: "subnet-1", OwnerId: "1" },
  ...{ Groups: [{ GroupId: "sg-1" }], PrivateIpAddresses: [{ PrivateIpAddress: "10.0.0.5" }] },
  TagSet: [{ Key: "Name", Value: "mail" }],
};
const accelerator = (vpc: string): Eni => ({
  ...{ NetworkInterfaceId: "eni-ga", InterfaceType: "global_accelerator_managed", VpcId: vpc, SubnetId: "subnet-2" },
  ...{ OwnerId: "1", Groups: [{ GroupId: "sg-ga" }] },
});
const inventory = (...enis: Eni[]): Inventory => ({
  region: "eu-west-1",
  groups: [{ GroupId: "sg-1", GroupName: "mail", VpcId: "vpc-1" }],
  rules: [
    {
      ...{
        SecurityGroupRuleId: "sgr-1",
        GroupId: "sg-1",
        IsEgress: false,
        IpProtocol: "tcp",
        FromPort: 587,
        ToPort: 587,
      },
      CidrIpv4: "0.0.0.0/0",
    },
  ],
  enis: [mail, ...enis],
  instances: [],
  vpcs: [{ VpcId: "vpc-1", CidrBlock: "10.0.0.0/16" }],
  subnets: [{ SubnetId: "subnet-1", VpcId: "vpc-1", CidrBlock: "10.0.0.0/24" }],
  acls: [],
  tables: [],
  nats: [],
  serviceEndpoints: [],
  transit: noTransit,
  publicAccess: { options: undefined, exclusions: [] },
  balancers: { network: [], classic: [] },
  prefixLists: new Map(),
});

it.each<[string, Eni[], boolean | "unknown"]>([
  ["without one it is shut for the internet", [], false],
  ["in its own network it is not known", [accelerator("vpc-1")], "unknown"],
  ["in another network it changes nothing", [accelerator("vpc-2")], false],
])("a machine without a public address and the interface of an accelerator: %s", (_, enis, expected) => {
  const { interfaces } = toEstate(inventory(...enis));
  const facts = factsOf({ interfaces, definitions: [] });
  expect(interfaces.map(({ name }) => name)).not.toContain("eni-ga");
  expect(answer(facts, "reachable", "mail:587", "203.0.113.9")).toBe(expected);
  if (expected === "unknown")
    expect(missingAt(facts, "reachable", "mail:587")).toContain("eni-ga (global accelerators are not read)");
});
