/**
 * Terraform plans as `terraform show -json` writes them (registry: "JSON Output Format"): a value that is known only after
 * apply is left out and marked in `after_unknown`, and the configuration says by reference what it will be.
 */

/** A value known only after apply, and what it refers to. */
export function later(...references) {
  return new Later(references);
}

class Later {
  constructor(references) {
    this.references = references;
  }
}

/** What providers compute where the program says nothing. */
const computed = { aws_security_group: ["ingress", "egress", "vpc_id"], aws_default_security_group: ["egress"] };

/** @param resources `{ type, name, args }` each, all of the root module and new. */
export function planOf(resources) {
  const described = resources.map(({ type, name, args }) => {
    const address = `${type}.${name}`;
    const unknown = (computed[type] ?? []).filter((each) => !(each in args));
    const after_unknown = { ...Object.fromEntries([...unknown, "id"].map((each) => [each, true])), ...marked(args) };
    return { head: { address, mode: "managed", type, name }, args, known: known(args), after_unknown };
  });
  return {
    format_version: "1.2",
    terraform_version: "1.9.8",
    planned_values: {
      root_module: {
        resources: described.map(({ head, known }) => ({ ...head, values: known, sensitive_values: {} })),
      },
    },
    resource_changes: described.map(({ head, known, after_unknown }) => ({
      ...head,
      change: { actions: ["create"], before: null, after: known, after_unknown, after_sensitive: {} },
    })),
    configuration: {
      root_module: { resources: described.map(({ head, args }) => ({ ...head, expressions: expressions(args) })) },
    },
  };
}

function known(value) {
  if (value instanceof Later) return undefined;
  if (Array.isArray(value)) return value.map((each) => known(each) ?? null);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, known(each)]));
}

/** `true` at every unknown leaf; a list keeps its places, an object only its unknown members. */
function marked(value) {
  if (value instanceof Later) return true;
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value !== "object" || value === null) return false;
  const entries = Object.entries(value).map(([name, each]) => [name, marked(each)]);
  return Object.fromEntries(entries.filter(([, mark]) => mark !== false));
}

function expressions(args) {
  const written = Object.entries(args).filter(([, value]) => value !== null);
  return Object.fromEntries(
    written.map(([name, value]) => {
      const references = referencesIn(value);
      return [name, references.length > 0 ? { references } : { constant_value: value }];
    }),
  );
}

/** Terraform lists each reference with its shorter forms: `aws_vpc.v.id` brings `aws_vpc.v` along. */
function referencesIn(value) {
  if (value instanceof Later) {
    return value.references.flatMap((each) => [each, each.split(".").slice(0, 2).join(".")]);
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(referencesIn) : [];
}
