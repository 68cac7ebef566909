import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AddressSet } from "../../../model/addresses.js";
import { type Declaration, nothingDeclared } from "../../../model/declaration.js";
import { type Fact, type FactName, factsNamed } from "../../../model/fact.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Estate } from "../../../model/network.js";
import { Subjects } from "../../../model/subjects.js";
import { reachFacts } from "../../../reach/index.js";
import { estateOf, fromPolicyResources, readPulumi } from "../../../sources/pulumi/index.js";
import { alicloudTypes } from "./alicloud-types.js";
import { awsTypes } from "./aws-types.js";
import { azureTypes } from "./azure-types.js";
import { gcpTypes } from "./gcp-types.js";
import { ociTypes } from "./oci-types.js";
import { openstackTypes } from "./openstack-types.js";
import { ovhTypes } from "./ovh-types.js";
import { virtualServerTypes } from "./virtual-server-types.js";

const require = createRequire(import.meta.url);
/** The SDK's own proxy, which throws where a value is unknown. */
const { unknownCheckingProxy } = require("@pulumi/policy/proxy.js") as {
  unknownCheckingProxy: (props: object) => Record<string, unknown>;
};

/** The engine's mark for a text that is not known before deployment. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const unknownBoolean = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7";
export const unknownList = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2";

/** A secret as state files hold it. */
export const secretText = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "v1:x",
};

export const types = {
  group: "aws:ec2/securityGroup:SecurityGroup",
  defaultGroup: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  rule: "aws:ec2/securityGroupRule:SecurityGroupRule",
  ingressRule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egressRule: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  instance: "aws:ec2/instance:Instance",
  template: "aws:ec2/launchTemplate:LaunchTemplate",
  nic: "aws:ec2/networkInterface:NetworkInterface",
  attachment: "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
  nicAttachment: "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
  prefixList: "aws:ec2/managedPrefixList:ManagedPrefixList",
  prefixListEntry: "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry",
  subnet: "aws:ec2/subnet:Subnet",
  vpc: "aws:ec2/vpc:Vpc",
  vpcBlock: "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
  acl: "aws:ec2/networkAcl:NetworkAcl",
  defaultAcl: "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
  aclRule: "aws:ec2/networkAclRule:NetworkAclRule",
  aclAssociation: "aws:ec2/networkAclAssociation:NetworkAclAssociation",
  table: "aws:ec2/routeTable:RouteTable",
  defaultTable: "aws:ec2/defaultRouteTable:DefaultRouteTable",
  route: "aws:ec2/route:Route",
  tableAssociation: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  mainTable: "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
  internetGateway: "aws:ec2/internetGateway:InternetGateway",
  eip: "aws:ec2/eip:Eip",
  eipAssociation: "aws:ec2/eipAssociation:EipAssociation",
  target: "aws:lb/targetGroupAttachment:TargetGroupAttachment",
  ...awsTypes,
  configMap: "kubernetes:core/v1:ConfigMap",
  ...azureTypes,
  ...gcpTypes,
  ...alicloudTypes,
  ...ociTypes,
  ...ovhTypes,
  ...openstackTypes,
  ...virtualServerTypes,
} as const;

/** One resource of a test's program; `flows` says by input which others' outputs flow into it. */
export interface Written {
  readonly type: keyof typeof types;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly flows?: Readonly<Record<string, readonly string[]>>;
  readonly id?: string;
  readonly outputs?: Record<string, unknown>;
}

export function urnOf(written: Pick<Written, "type" | "name">): string {
  return `urn:pulumi:dev::acme::${types[written.type]}::${written.name}`;
}

function serialised(program: readonly Written[]): object[] {
  const urns = new Map(program.map((each) => [each.name, urnOf(each)]));
  return program.map((each) => {
    const flows = Object.entries(each.flows ?? {}).map(([input, names]) => [
      input,
      names.map((name) => urns.get(name)),
    ]);
    return {
      urn: urnOf(each),
      custom: true,
      ...(each.id ? { id: each.id } : {}),
      type: types[each.type],
      inputs: each.inputs,
      outputs: each.outputs ?? each.inputs,
      dependencies: [...new Set(flows.flatMap(([, found]) => found))],
      propertyDependencies: Object.fromEntries(flows),
    };
  });
}

/** The estate of a program as its stack export gives it. */
export function fromState(program: readonly Written[]): Promise<Estate> {
  return read({ version: 3, deployment: { resources: serialised(program) } });
}

/** The three ways in which a program reaches us; all give the same model. */
export const forms: Readonly<Record<string, (program: readonly Written[]) => Promise<Estate>>> = {
  "stack export": fromState,
  "preview --json": (program) =>
    read({
      steps: serialised(program).map((newState) => ({ op: "create", newState })),
      changeSummary: { create: program.length },
    }),
  "policy arguments": async (program) => estateOf(policyResources(program)),
};

function policyResources(program: readonly Written[]) {
  const byName = new Map(
    program.map((each) => [
      each.name,
      {
        urn: urnOf(each),
        type: types[each.type],
        id: each.id ?? each.outputs?.id,
        props: unknownCheckingProxy({ ...each.outputs, ...each.inputs, ...(each.id ? { id: each.id } : {}) }),
        dependencies: [] as { urn: string }[],
        propertyDependencies: {} as Record<string, { urn: string }[]>,
      },
    ]),
  );
  for (const each of program) {
    for (const [input, names] of Object.entries(each.flows ?? {})) {
      const holder = byName.get(each.name);
      if (holder) holder.propertyDependencies[input] = names.flatMap((name) => byName.get(name) ?? []);
    }
  }
  return fromPolicyResources([...byName.values()]);
}

/** Reads a document from a file of its own. */
export async function read(document: unknown): Promise<Estate> {
  return readText(JSON.stringify(document));
}

export async function readText(text: string): Promise<Estate> {
  const directory = mkdtempSync(join(tmpdir(), "port587-pulumi-"));
  try {
    const path = join(directory, "pulumi.json");
    writeFileSync(path, text);
    return await readPulumi(path);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** `mail` sends through a relay, on a port that no provider shuts. */
export const relayed: Declaration = {
  ...nothingDeclared,
  relays: [{ host: "relay.example", port: 587, clients: ["mail"] }],
};
export const toRelay = "mail -> relay.example:587";

export function factsOf(estate: Estate, declaration: Declaration = nothingDeclared): Fact[] {
  return reachFacts(estate, new Subjects(declaration, estate.interfaces));
}

type Reach = Extract<FactName, "reachable" | "egressAllowed">;

/** What the facts say of one peer; it has to be exactly one thing. */
export function answer(facts: readonly Fact[], name: Reach, subject: string, peer: string): boolean | "unknown" {
  const holding = factsNamed(facts, name).filter(
    (fact) => fact.subject === subject && fact.from.overlaps(AddressSet.of(peer)),
  );
  if (holding.length !== 1) throw new Error(`${holding.length} facts about ${peer} at ${subject}`);
  const value = holding[0]?.value;
  return isUnknown(value) ? "unknown" : value === true;
}

/** The client ports for which answers to a peer are lost, by what the facts say; undefined where they say nothing. */
export function lostPorts(facts: readonly Fact[], subject: string, peer: string): string | undefined {
  const holding = factsNamed(facts, "returnPath").filter(
    (fact) => fact.subject === subject && fact.from.overlaps(AddressSet.of(peer)),
  );
  if (holding.length > 1) throw new Error(`${holding.length} facts about ${peer} at ${subject}`);
  const value = holding[0]?.value;
  return value === undefined ? undefined : isUnknown(value) ? "unknown" : value.lostClientPorts;
}

export function missingAt(facts: readonly Fact[], name: Reach, subject: string): readonly string[] {
  return factsNamed(facts, name)
    .filter((fact) => fact.subject === subject)
    .flatMap((fact) => (isUnknown(fact.value) ? fact.value.unknown : []));
}
