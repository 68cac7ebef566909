import { type Nearness, tables } from "./tables.js";

/** What an unread type may do: filter the ways it is connected with, or all of its cloud, or stand apart. */
export type Reach = "connected" | "everywhere" | "apart";

interface Known {
  readonly modules: ReadonlySet<string>;
  readonly terraform: RegExp;
  readonly idle: RegExp;
  readonly apart: RegExp;
  readonly everywhere: RegExp;
}

const compiled = new Map<string, Known>();

/**
 * What a type that is not read may do to packets; undefined where it stands nowhere near them.
 * @param type Pulumi's token, or Terraform's name.
 */
export function reachOf(type: string): Reach | undefined {
  const [cloud, module, name] = partsOf(type);
  const table = tables[cloud];
  if (!table || name === "") return undefined;
  const known = compiled.get(cloud) ?? knownOf(table);
  compiled.set(cloud, known);
  const isNear = module === undefined ? known.terraform.test(type) : known.modules.has(module);
  if (!isNear) return undefined;
  const called = module === undefined || module === "index" ? [name] : [name, `${module}/${name}`];
  const is = (list: RegExp) => called.some((each) => list.test(each));
  if (is(known.everywhere)) return "everywhere";
  if (is(known.idle)) return undefined;
  return is(known.apart) ? "apart" : "connected";
}

/** The cloud that a type is of, whatever provider and tool write it. */
export function cloudOf(type: string): string {
  return partsOf(type)[0].replace(/^azure-native$/, "azure");
}

/** `aws:ec2/flowLog:FlowLog` is `aws`, `ec2`, `flowlog`; `aws_flow_log` is `aws`, none, `flowlog`. */
function partsOf(type: string): [cloud: string, module: string | undefined, name: string] {
  const [cloud = "", path = "", kind = ""] = type.split(":");
  if (path === "") {
    const [prefix = "", ...rest] = type.split("_");
    return [terraformClouds[prefix] ?? prefix, undefined, squashed(rest.join(""))];
  }
  // `kubernetes:cilium.io/v2:CiliumNetworkPolicy`: the group is the module, the kind the name.
  if (cloud === "kubernetes") return [cloud, path.split("/")[0] ?? "", kind.toLowerCase()];
  const [module = "", name = kind] = path.split("/");
  return [cloud, module.toLowerCase(), squashed(name)];
}

const terraformClouds: Readonly<Record<string, string>> = { google: "gcp", azurerm: "azure" };

/** Versions of an API that are part of a name say nothing. */
function squashed(name: string): string {
  return name.toLowerCase().replace(/(?<=[a-z])v[123]$/, "");
}

function knownOf({ modules, terraform, idle, apart, everywhere = "" }: Nearness): Known {
  const names = modules.toLowerCase().split(/\s+/);
  const list = (words: string) => listOf(words, names);
  const clouds = { modules: new Set(names), terraform, idle: list(idle), apart: list(apart) };
  return { ...clouds, everywhere: list(everywhere) };
}

/** One expression for a list of names. */
function listOf(words: string, modules: readonly string[]): RegExp {
  const patterns = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => {
      const pattern = word.replaceAll("*", ".*");
      return word.includes("/") ? pattern.replace("/", "/?") : `(?:${modules.join("|")})?${pattern}`;
    });
  return new RegExp(`^(?:${patterns.length > 0 ? patterns.join("|") : "(?!)"})$`);
}
