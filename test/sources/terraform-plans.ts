import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Estate } from "../../model/network.js";
import { readTerraform } from "../../sources/terraform/index.js";

/*
 * Plans written after the documented "JSON Output Format" of `terraform show -json`. Used of it: `format_version`,
 * `planned_values` (`root_module`, `child_modules`, `resources` with `address`, `mode`, `type`, `name`, `index`, `values`,
 * `sensitive_values`), `resource_changes[].change` (`actions`, `before`, `after`, `after_unknown`, `after_sensitive`),
 * `prior_state.values`, `configuration.root_module` (`resources[].expressions`, `for_each_expression`, `module_calls`,
 * `outputs`). As Terraform does, unknown values are left out of `values` and marked `true` in `after_unknown`; references
 * are listed with their shorter forms; optional arguments that the provider computes are unknown when left out.
 */

/** A value known only after apply, and what the expression refers to. */
export function later(...references: string[]): After {
  return new After(references);
}

class After {
  constructor(readonly references: readonly string[]) {}
}

/** A known value that is given by reference. */
export function through(value: unknown, ...references: string[]): Through {
  return new Through(value, references);
}

class Through {
  constructor(
    readonly value: unknown,
    readonly references: readonly string[],
  ) {}
}

export function sensitive(value: unknown): Sensitive {
  return new Sensitive(value);
}

class Sensitive {
  constructor(readonly value: unknown) {}
}

export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly mode?: "managed" | "data";
  readonly index?: string | number;
  /** Address of the module instance. */
  readonly module?: string;
  readonly forEach?: readonly string[];
  /** Arguments that a `dynamic` block gives: they have no expression. */
  readonly dynamic?: readonly string[];
  /** What stands already: the values before the plan, which the provider reported. */
  readonly before?: Readonly<Record<string, unknown>>;
}

/** What the AWS provider computes where the program says nothing. */
const computed: Readonly<Record<string, readonly string[]>> = {
  aws_security_group: ["arn", "egress", "ingress", "name_prefix", "owner_id", "vpc_id"],
  aws_default_security_group: ["arn", "egress", "ingress", "owner_id", "vpc_id"],
  aws_security_group_rule: ["security_group_rule_id", "source_security_group_id"],
  aws_instance: ["network_interface", "primary_network_interface_id", "security_groups", "subnet_id"].concat([
    "launch_template",
    "primary_network_interface",
    "user_data_base64",
    "vpc_security_group_ids",
  ]),
  aws_network_interface: ["security_groups", "private_ips"],
  aws_ec2_managed_prefix_list: ["arn", "entry", "version"],
  aws_launch_template: ["latest_version"],
  azurerm_network_security_group: ["security_rule"],
  azurerm_virtual_network: ["subnet"],
};

export function addressOf({ type, name, index, module, mode }: Resource): string {
  const key = index === undefined ? "" : `[${JSON.stringify(index)}]`;
  return `${module ? `${module}.` : ""}${mode === "data" ? "data." : ""}${type}.${name}${key}`;
}

function marksOf(value: unknown): unknown {
  if (value instanceof After) return true;
  if (value instanceof Through || value instanceof Sensitive) return marksOf(value.value);
  if (Array.isArray(value)) return value.map((each) => marksOf(each) ?? false);
  if (typeof value !== "object" || value === null) return false;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => (marksOf(each) ? [[name, marksOf(each)]] : [])),
  );
}

function sensitivityOf(value: unknown): unknown {
  if (value instanceof Sensitive) return true;
  if (Array.isArray(value)) return value.map((each) => sensitivityOf(each) ?? false);
  if (typeof value !== "object" || value === null) return false;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, sensitivityOf(each)]));
}

function plainOf(value: unknown): unknown {
  if (value instanceof After) return undefined;
  if (value instanceof Through || value instanceof Sensitive) return plainOf(value.value);
  if (Array.isArray(value)) return value.map((each) => plainOf(each) ?? null);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainOf(each)]));
}

function referencesIn(value: unknown): string[] {
  if (value instanceof After || value instanceof Through) return [...value.references];
  if (value instanceof Sensitive) return ["var.secret"];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(referencesIn) : [];
}

/** `aws_vpc.a[0].id` brings `aws_vpc.a[0]` and `aws_vpc.a` along. */
export function expression(...references: string[]): { references: string[] } {
  const shorter = (reference: string): string[] => {
    const parts = reference.match(/\[[^\]]*\]|\.?[\w-]+/g) ?? [];
    const least = reference.startsWith("data.") ? 3 : 2;
    return parts.map((_, i) => parts.slice(0, parts.length - i).join("")).slice(0, parts.length - least + 1);
  };
  return { references: references.flatMap(shorter) };
}

function expressionsOf({ args, dynamic = [] }: Resource): Record<string, unknown> {
  const written = Object.entries(args).filter(([name]) => name !== "id" && !dynamic.includes(name));
  return Object.fromEntries(
    written.map(([name, value]) => {
      const references = referencesIn(value);
      return [name, references.length > 0 ? expression(...references) : { constant_value: value }];
    }),
  );
}

/** The `resources` of a module in the configuration: one entry for all instances. */
export function configured(resources: readonly Resource[]): object[] {
  const first = new Map(resources.map((each) => [`${each.mode}.${each.type}.${each.name}`, each]));
  return [...first.values()].map((each) => ({
    address: addressOf({ type: each.type, name: each.name, args: {}, ...(each.mode ? { mode: each.mode } : {}) }),
    mode: each.mode ?? "managed",
    type: each.type,
    name: each.name,
    expressions: expressionsOf(each),
    ...(each.forEach ? { for_each_expression: expression(...each.forEach) } : {}),
  }));
}

function planned(resource: Resource): object {
  const { type, name, index, args, mode = "managed", before } = resource;
  return {
    address: addressOf(resource),
    mode,
    type,
    name,
    ...(index === undefined ? {} : { index }),
    values: { ...before, ...(plainOf(args) as object) },
    sensitive_values: sensitivityOf(args),
  };
}

function change(resource: Resource): object {
  const { type, name, args, before, module } = resource;
  const left = (computed[type] ?? []).filter((each) => !(each in args) && !before);
  const unknown = Object.fromEntries([...left, ...("id" in args || before ? [] : ["id"])].map((each) => [each, true]));
  return {
    address: addressOf(resource),
    ...(module ? { module_address: module } : {}),
    type,
    name,
    change: {
      actions: [before ? "update" : "create"],
      before: before ?? null,
      after: { ...before, ...(plainOf(args) as object) },
      after_unknown: { ...unknown, ...(marksOf(args) as object) },
      after_sensitive: sensitivityOf(args),
    },
  };
}

function modulesOf(resources: readonly Resource[]): object[] {
  const addresses = [
    ...new Set(resources.flatMap((each) => (each.module && each.mode !== "data" ? [each.module] : []))),
  ];
  return addresses.map((address) => ({
    address,
    resources: resources.filter((each) => each.module === address).map(planned),
  }));
}

/** The plan of a program; `calls` are the module calls of the root, written out. */
export function planOf(resources: readonly Resource[], calls: Record<string, unknown> = {}): Record<string, unknown> {
  const managed = resources.filter((each) => each.mode !== "data");
  const root = resources.filter((each) => !each.module);
  return {
    format_version: "1.2",
    terraform_version: "1.9.8",
    planned_values: {
      root_module: {
        resources: managed.filter((each) => !each.module).map(planned),
        child_modules: modulesOf(resources),
      },
    },
    resource_changes: managed.map(change),
    prior_state: {
      format_version: "1.0",
      values: { root_module: { resources: resources.filter((each) => each.mode === "data").map(planned) } },
    },
    configuration: { root_module: { resources: configured(root), module_calls: calls } },
  };
}

export function read(document: unknown): Promise<Estate> {
  return readText(JSON.stringify(document));
}

export async function readText(text: string): Promise<Estate> {
  const directory = mkdtempSync(join(tmpdir(), "port587-terraform-"));
  try {
    const path = join(directory, "plan.json");
    writeFileSync(path, text);
    return await readTerraform(path);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
