import { AddressSet } from "../../model/addresses.js";
import { connection } from "../../reach/connection.js";
import { readAws } from "../../sources/aws/index.js";
import { isolateAws } from "../setup/aws-environment.js";
import { blocking, everything, groupCount, page } from "../setup/aws-many-pages.js";
import { type FakeEc2, refuse, startFakeEc2 } from "../setup/fake-ec2.js";

describe("an account of many pages", () => {
  let api: FakeEc2;
  let read: Awaited<ReturnType<typeof readAws>>;
  beforeAll(async () => {
    api = await startFakeEc2((call, response) => {
      if (call.action === "DescribeVpcBlockPublicAccessOptions") return blocking;
      if (call.parameters.get("PrefixListId") !== "pl-not-ours") return page(call);
      return refuse(response, 400, "InvalidPrefixListID.NotFound", "-");
    });
    isolateAws(api.endpoint);
    read = await readAws({ region: "eu-central-1" });
  });
  afterAll(() => api.stop());

  it("is read to the last page of every list, a page at a time", () => {
    const asked = (action: string) => api.calls.filter((call) => call.action === action);
    expect(Object.fromEntries(Object.keys(everything).map((action) => [action, asked(action).length]))).toEqual({
      DescribeSecurityGroups: 2,
      DescribeSecurityGroupRules: 6,
      DescribeNetworkInterfaces: 3,
      DescribeInstances: 2,
      GetManagedPrefixListEntries: 3,
      DescribeVpcs: 2,
      DescribeSubnets: 2,
      DescribeNetworkAcls: 2,
      DescribeRouteTables: 2,
      DescribeNatGateways: 2,
      DescribeVpcEndpoints: 2,
      DescribeTransitGateways: 2,
      DescribeTransitGatewayAttachments: 2,
      DescribeTransitGatewayVpcAttachments: 2,
      DescribeTransitGatewayRouteTables: 2,
      // Two pages of each of two tables.
      SearchTransitGatewayRoutes: 4,
      DescribeVpcBlockPublicAccessExclusions: 2,
    });
    const few = ["GetManagedPrefixListEntries", "DescribeRouteTables"];
    for (const { action, parameters } of api.calls.filter((call) => call.action in everything)) {
      const size = few.includes(action) ? "100" : "1000";
      expect(parameters.get("MaxResults")).toBe(action === "SearchTransitGatewayRoutes" ? null : size);
    }
  });

  it("holds an interface for each that carries a group, and one for each group that none carries", () => {
    const kinds = read.estate.interfaces.map((each) => each.kind);
    expect(kinds.filter((kind) => kind === "unattached group")).toHaveLength(groupCount - 1);
    expect(
      read.estate.interfaces.filter((each) => each.kind !== "unattached group").map((each) => each.cloudId),
    ).toEqual(["i-1", "eni-2", "eni-3"]);
    expect(read.account).toBe("111122223333");
  });

  it("stands behind its own ACL, table and exclusion, whatever page they were on", () => {
    const nic = read.estate.interfaces.find((each) => each.cloudId === "i-1");
    const { allowed } = connection(nic?.ingress.slice(1) ?? [], nic?.ingressAnswers ?? [], 587);
    expect([allowed.certain.toString(), allowed.missing]).toEqual([
      AddressSet.of("0.0.0.0/0").subtract(AddressSet.of("198.51.100.0/25", "192.0.2.0/25")).toString(),
      [],
    ]);
  });

  it("leaves unknown what this account may not see, and says what is missing", () => {
    const rules = read.estate.interfaces.find((each) => each.cloudId === "i-1")?.ingress[0]?.rules ?? [];
    const members = ["10.0.0.1/32", "10.0.0.2/32", "10.0.9.0/28", "2001:db8::2/128"];
    expect(rules.map(({ id, peers }) => [id, peers.certain.toCidrs(), peers.missing])).toEqual([
      ["sgr-1", ["198.51.100.0/24"], []],
      ["sgr-2", ["192.0.2.0/24"], []],
      ["sgr-3", [], ["pl-not-ours"]],
      ["sgr-4", [], ["sg-peer"]],
      ["sgr-5", [], []],
      ["sgr-6", members, []],
    ]);
    expect(rules.map(({ peers }) => peers.possible.coversInternet("ipv4"))).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
    ]);
    const foreign = read.estate.interfaces.find((each) => each.cloudId === "eni-3");
    expect(foreign?.ingress[0]?.incomplete).toEqual(["sg-of-another-account"]);
  });
});
