import { isUnknown, unknown } from "../../model/maybe.js";
import { memberPath, type Properties, type Tree } from "../pulumi/input.js";
import { type Draft, idOf, link, type Resource } from "../pulumi/resource.js";
import { reachOf } from "../pulumi/unread/types.js";
import { Configuration, type Holder } from "./configuration.js";
import { isObject, type PlanDocument, type ResourceConfiguration } from "./document.js";
import { type Flow, Flows, typeOf } from "./flows.js";
import { type Instance, Instances } from "./instances.js";
import { pulumiName, type TerraformType, terraformName, terraformTypes } from "./types.js";
import { hasUnknown, isEmptyText, namesOf, readMap, readValue } from "./values.js";

/** An attribute of an instance that is being read. */
interface Attribute {
  readonly instance: Instance;
  readonly type: TerraformType;
  readonly name: string;
  readonly at: string;
  /** What the program wrote for it; `undefined`: nothing, or a `dynamic` block, which the document does not show. */
  readonly expression: unknown;
}

/**
 * The resources of a plan or a state in the shape that a Pulumi program gives.
 * @throws InputError when the document has another shape.
 */
export function resourcesOf(document: PlanDocument, path: string): Resource[] {
  const instances = new Instances(document, path);
  const configuration = new Configuration(document.configuration?.root_module);
  return link(new Reader(document, instances, configuration).drafts());
}

/** The attributes by which resources name the one whose list they fill. */
const fillers = new Set(
  Object.values(terraformTypes).flatMap(({ shared }) => Object.values(shared ?? {}).map(({ through }) => through)),
);

class Reader {
  private readonly flows: Flows;
  /** Ids and names, by type of resource, that resources name which fill the lists of others: `aws_route|rtb-1`. */
  private readonly filled = new Set<string>();

  constructor(
    document: PlanDocument,
    private readonly instances: Instances,
    private readonly configuration: Configuration,
  ) {
    this.flows = new Flows(configuration, instances);
    for (const { type, change } of document.resource_changes ?? []) {
      for (const values of [change?.before, change?.after]) {
        if (!isObject(values)) continue;
        for (const id of fillers) {
          if (typeof values[id] === "string") this.filled.add(`${type}|${values[id]}`);
        }
      }
    }
  }

  drafts(): Draft[] {
    return this.instances.all.flatMap((instance) => {
      const type = typeOf(instance) ?? unreadType(instance);
      if (!type) return [];
      const draft = this.draft(instance, type);
      return [type.reshaped ? type.reshaped(draft) : draft];
    });
  }

  private draft(instance: Instance, type: TerraformType): Draft {
    const written = this.configuration.resourceOf(instance);
    const inputs: [string, Tree][] = [];
    const outputs: [string, Tree][] = [];
    const flowing: Record<string, string[]> = {};
    for (const name of namesOf(instance.values, instance.unknown)) {
      const expression = written?.expressions?.[name];
      const attribute = { instance, type, name, at: memberPath(instance.address, name), expression };
      const value = readAttribute(attribute);
      if (value === undefined) continue;
      if (!isUnknown(value)) outputs.push([pulumiName(type, name), value]);
      if (!this.isInput(attribute, written, value)) continue;
      const flow = hasUnknown(instance.unknown[name]) ? this.flowInto(attribute, written) : undefined;
      inputs.push([pulumiName(type, name), flow ? opened(attribute, value, flow) : value]);
      if (flow && !flow.other) flowing[pulumiName(type, name)] = flow.targets.map((each) => each.address);
    }
    const [given, reported] = [Object.fromEntries(inputs), Object.fromEntries(outputs)];
    return {
      urn: instance.address,
      type: type.token,
      spelling: (name) => terraformName(type, name),
      id: idOf(instance.values.id, instance.address),
      inputs: () => given,
      outputs: () => reported,
      dependencies: [],
      propertyDependencies: flowing,
    };
  }

  /** Did the program write it, or does the provider report it? */
  private isInput({ instance, type, name, expression }: Attribute, written: unknown, value: Tree): boolean {
    if (expression !== undefined) return true;
    const shared = type.shared?.[name];
    if (!written) return shared ? Array.isArray(value) && value.length > 0 : !type.reported?.includes(name);
    // Left out, the provider computes it. What a group is not given, it does not have: the default rule is removed.
    if (isUnknown(value)) return false;
    if (!instance.before) return true;
    // A `dynamic` block, or what stood at the last refresh and stays: both hold, unless other resources wrote it.
    const called = [instance.values.id, instance.values.name].map(String);
    return shared !== undefined && !shared.by.some((by) => called.some((each) => this.filled.has(`${by}|${each}`)));
  }

  private flowInto({ instance, expression }: Attribute, written: ResourceConfiguration | undefined): Flow | undefined {
    const scope = this.configuration.scopeOf(instance.module);
    if (!scope || expression === undefined) return undefined;
    const forEach = written?.for_each_expression;
    const holder: Holder = {
      scope,
      ...(instance.key === undefined ? {} : { key: instance.key }),
      ...(forEach ? { forEach } : {}),
    };
    const flows = leavesOf(expression).map((leaf) => this.flows.of(leaf, holder));
    if (flows.length === 1) return flows[0];
    const useful = flows.filter((flow) => !flow.other);
    return { targets: useful.flatMap((flow) => flow.targets), known: true, other: false, several: true };
  }
}

const unreadTypes = new Map<string, TerraformType | undefined>();

/** A type near packets that is not read keeps its own name. */
function unreadType({ mode, type }: Instance): TerraformType | undefined {
  if (mode === "data") return undefined;
  if (!unreadTypes.has(type)) unreadTypes.set(type, reachOf(type) === undefined ? undefined : { token: type });
  return unreadTypes.get(type);
}

/** The expressions of an attribute, or of all arguments of a block. */
function leavesOf(expression: unknown): unknown[] {
  if (Array.isArray(expression)) return expression.flatMap(leavesOf);
  if (!isObject(expression)) return [];
  if ("references" in expression || "constant_value" in expression) return [expression];
  return Object.values(expression).flatMap(leavesOf);
}

function readAttribute(attribute: Attribute): Tree | undefined {
  const { instance, type, name, at } = attribute;
  const marked = {
    value: instance.values[name],
    unknown: instance.unknown[name],
    sensitive: instance.sensitive[name],
  };
  if (isEmptyText(marked.value, marked.unknown)) return undefined;
  if (isDigest(attribute)) return writtenText(attribute) ?? unknown(at);
  const value = type.maps?.includes(name) ? readMap(marked, at) : readValue(marked, type, at);
  return type.single?.includes(name) && Array.isArray(value) ? value[0] : value;
}

/** Before version 6 the AWS provider shows the SHA-1 of an instance's user data in its place. */
function isDigest({ instance, name }: Attribute): boolean {
  const value = instance.values[name];
  return instance.type === "aws_instance" && name === "user_data" && /^[0-9a-f]{40}$/.test(String(value));
}

function writtenText({ expression }: Attribute): string | undefined {
  const constant = isObject(expression) ? expression.constant_value : undefined;
  return typeof constant === "string" ? constant : undefined;
}

/**
 * A set with one unknown element is wholly unknown in a plan. Where nothing but ids of resources flows in, its elements
 * are these ids: as many unknown elements as resources.
 */
function opened({ type, name, at }: Attribute, value: Tree, flow: Flow): Tree {
  const exact = !flow.other && !flow.known && !flow.several;
  const targetsOf = (list: string) => flow.targets.filter((each) => type.idLists?.[list]?.includes(each.type));
  if (!exact) return value;
  if (isUnknown(value)) {
    const count = targetsOf(name).length;
    return count > 0 && count === flow.targets.length
      ? Array.from({ length: count }, (_, i) => unknown(`${at}[${i}]`))
      : value;
  }
  const [only, ...more] = targetsOf("prefix_list_ids");
  return only && more.length === 0 && Array.isArray(value) ? value.map(openedLists) : value;
}

function openedLists(block: Tree): Tree {
  const { prefixListIds } = block as Properties;
  return isUnknown(block) || !isUnknown(prefixListIds)
    ? block
    : { ...(block as Properties), prefixListIds: [unknown(...prefixListIds.unknown)] };
}
