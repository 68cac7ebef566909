import { isUnknown } from "../../model/maybe.js";
import type { NetworkInterface } from "../../model/network.js";
import { connection } from "../../reach/connection.js";
import { readAws } from "../../sources/aws/index.js";
import { isolateAws } from "../setup/aws-environment.js";
import { blocking, page } from "../setup/aws-many-pages.js";
import { type Call, type FakeEc2, refuse, startFakeEc2 } from "../setup/fake-ec2.js";

const arn = "arn:aws:elasticloadbalancing:eu-central-1:111122223333";
const member = (inside: string) => `<member>${inside}</member>`;
/** Elastic Load Balancing puts its answers into a result; one network load balancer with one target. */
const balancing: Readonly<Record<string, string>> = {
  DescribeLoadBalancers: `<LoadBalancers>${member(
    `<LoadBalancerArn>${arn}:loadbalancer/net/nlb/1</LoadBalancerArn><LoadBalancerName>nlb</LoadBalancerName><Type>network</Type><Scheme>internet-facing</Scheme><VpcId>vpc-1</VpcId><IpAddressType>ipv4</IpAddressType><AvailabilityZones>${member("<SubnetId>subnet-1</SubnetId>")}</AvailabilityZones>`,
  )}</LoadBalancers>`,
  DescribeListeners: `<Listeners>${member(
    `<ListenerArn>${arn}:listener/1</ListenerArn><LoadBalancerArn>${arn}:loadbalancer/net/nlb/1</LoadBalancerArn><Port>587</Port><Protocol>TCP</Protocol><DefaultActions>${member(`<Type>forward</Type><TargetGroupArn>${arn}:targetgroup/1</TargetGroupArn>`)}</DefaultActions>`,
  )}</Listeners>`,
  DescribeTargetGroups: `<TargetGroups>${member(
    `<TargetGroupArn>${arn}:targetgroup/1</TargetGroupArn><Port>587</Port><Protocol>TCP</Protocol><TargetType>instance</TargetType><VpcId>vpc-1</VpcId>`,
  )}</TargetGroups>`,
  DescribeTargetHealth: `<TargetHealthDescriptions>${member("<Target><Id>i-1</Id><Port>587</Port></Target>")}</TargetHealthDescriptions>`,
  DescribeTargetGroupAttributes: `<Attributes>${member("<Key>preserve_client_ip.enabled</Key><Value>true</Value>")}</Attributes>`,
};

function answer(call: Call): string {
  if (call.action === "DescribeVpcBlockPublicAccessOptions") return blocking;
  const inside = balancing[call.action];
  const older = call.parameters.get("Version") === "2012-06-01";
  if (inside !== undefined) return `<${call.action}Result>${older ? "" : inside}</${call.action}Result>`;
  if (call.action !== "DescribeNetworkInterfaces" || call.parameters.get("NextToken")) return page(call);
  return page(call).replace("<networkInterfaceSet>", `<networkInterfaceSet>${frontInterface}`);
}

const frontInterface =
  "<item><networkInterfaceId>eni-nlb</networkInterfaceId><interfaceType>network_load_balancer</interfaceType><description>ELB net/nlb/1</description><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><privateIpAddress>10.0.0.9</privateIpAddress></item>";

/** Who of one machine's peers is let in on 587, and what is missing. */
function wayIn(interfaces: readonly NetworkInterface[], name: string): [certain: string, missing: readonly string[]] {
  const nic = interfaces.find((each) => each.cloudId === name || each.name === name);
  if (!nic) throw new Error(`${name} is not in the estate`);
  const { allowed, returns } = connection(nic.ingress, nic.ingressAnswers ?? [], 587);
  const unsure = returns.flatMap(({ lost }) => (isUnknown(lost) ? lost.unknown : []));
  return [allowed.certain.toString(), [...new Set([...allowed.missing, ...unsure])]];
}

describe("an account of which not everything may be read", () => {
  let api: FakeEc2 | undefined;
  afterEach(() => api?.stop());

  async function readWithout(...actions: string[]) {
    api = await startFakeEc2((call, response) =>
      actions.includes(call.action) ? refuse(response, 403, "UnauthorizedOperation", "secret") : answer(call),
    );
    isolateAws(api.endpoint);
    return (await readAws({ region: "eu-central-1" })).estate.interfaces;
  }

  it("is read in full where all of it may be", async () => {
    const interfaces = await readWithout();
    const members = "10.0.0.1/32, 10.0.0.2/32, 10.0.9.0/28";
    expect(wayIn(interfaces, "i-1")).toEqual([expect.stringContaining(members), ["sg-peer"]]);
    expect(wayIn(interfaces, "nlb")).toEqual([expect.stringContaining(members), ["sg-peer"]]);
    expect(interfaces.filter((each) => each.cloudId === "eni-nlb")).toEqual([]);
  });

  const table: [action: string, subject: string, isUnknown: boolean][] = [
    ["ec2:DescribeNetworkAcls", "i-1", true],
    ["ec2:DescribeRouteTables", "i-1", true],
    ["ec2:DescribeVpcBlockPublicAccessOptions", "i-1", true],
    ["ec2:DescribeVpcBlockPublicAccessExclusions", "i-1", true],
    ["ec2:GetManagedPrefixListEntries", "i-1", true],
    ["ec2:DescribeSubnets", "i-1", false],
    ["ec2:DescribeVpcs", "i-1", false],
    ["ec2:DescribeNatGateways", "i-1", false],
    ["ec2:DescribeVpcEndpoints", "i-1", true],
    ["ec2:DescribeTransitGateways", "i-1", true],
    ["ec2:DescribeTransitGatewayAttachments", "i-1", true],
    ["ec2:DescribeTransitGatewayVpcAttachments", "i-1", true],
    ["ec2:DescribeTransitGatewayRouteTables", "i-1", true],
    ["ec2:SearchTransitGatewayRoutes", "i-1", true],
    ["elasticloadbalancing:DescribeLoadBalancers", "nlb", true],
    ["elasticloadbalancing:DescribeListeners", "nlb", true],
    ["elasticloadbalancing:DescribeTargetGroups", "nlb", true],
    ["elasticloadbalancing:DescribeTargetHealth", "nlb", true],
    ["elasticloadbalancing:DescribeTargetGroupAttributes", "nlb", true],
  ];
  it.each(table)("without %s %s is known as far as that goes", async (action, subject, matters) => {
    const whole = wayIn(await readWithout(), subject)[0];
    await api?.stop();
    const [certain, missing] = wayIn(await readWithout(action.slice(action.indexOf(":") + 1)), subject);
    const said = missing.filter((each) => each.includes("permission"));
    expect(said).toEqual(matters ? [`not read: permission missing (${action})`] : []);
    if (!matters) expect(certain).toBe(whole);
  });

  it("still has its groups and machines without any of them", async () => {
    const interfaces = await readWithout(...table.map(([action]) => action.slice(action.indexOf(":") + 1)));
    const nic = interfaces.find((each) => each.cloudId === "i-1");
    expect(nic?.ingress[0]?.rules).toHaveLength(6);
    expect(wayIn(interfaces, "i-1")[0]).toBe("nobody");
  });
});
