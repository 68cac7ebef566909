import { isUnknown } from "../../../model/maybe.js";
import { type Properties, Secret, type Tree } from "../../pulumi/input.js";
import { tokenOf } from "../../pulumi/kubernetes/kinds.js";
import type { Draft } from "../../pulumi/resource.js";
import type { TerraformType } from "./type.js";

/** The API's objects under Terraform's names; versions with `_v1` and without are the same. */
const objects: readonly (readonly [names: readonly string[], apiVersion: string, kind: string])[] = [
  [["namespace"], "v1", "Namespace"],
  [["service"], "v1", "Service"],
  [["pod"], "v1", "Pod"],
  [["replication_controller"], "v1", "ReplicationController"],
  [["deployment"], "apps/v1", "Deployment"],
  [["stateful_set"], "apps/v1", "StatefulSet"],
  [["daemonset", "daemon_set"], "apps/v1", "DaemonSet"],
  [["job"], "batch/v1", "Job"],
  [["cron_job"], "batch/v1", "CronJob"],
  [["network_policy"], "networking.k8s.io/v1", "NetworkPolicy"],
];

const configMap: TerraformType = {
  token: tokenOf("v1", "ConfigMap"),
  maps: ["data", "binary_data", "metadata"],
  reshaped: (draft) => withInputs(draft, (inputs) => ({ ...inputs, ...asObject(inputs, ["metadata"]) })),
};

const secret: TerraformType = { ...configMap, token: tokenOf("v1", "Secret") };

/** Attribute names: registry documentation of the `kubernetes` provider (2, 3). */
export const kubernetes: Readonly<Record<string, TerraformType>> = {
  kubernetes_config_map: configMap,
  kubernetes_config_map_v1: configMap,
  kubernetes_secret: secret,
  kubernetes_secret_v1: secret,
  kubernetes_manifest: {
    token: "kubernetes:manifest",
    maps: ["manifest", "object"],
    reshaped: unwrapped,
  },
  ...Object.fromEntries(
    objects.flatMap(([names, apiVersion, kind]) =>
      names.flatMap((name) =>
        [`kubernetes_${name}`, `kubernetes_${name}_v1`].map((each): [string, TerraformType] => [
          each,
          {
            token: tokenOf(apiVersion, kind),
            maps: ["metadata", "spec", "status"],
            reshaped: (draft) => withInputs(draft, (inputs) => asObject(inputs, ["metadata", "spec", "status"])),
          },
        ]),
      ),
    ),
  ),
};

function withInputs(draft: Draft, change: (inputs: Properties) => Properties): Draft {
  const [given, reported] = [change(draft.inputs()), change(draft.outputs())];
  return { ...draft, inputs: () => given, outputs: () => reported };
}

/** `kubernetes_manifest` holds any object as it stands in the API. */
function unwrapped(draft: Draft): Draft {
  const { manifest } = draft.inputs();
  const object = isBag(manifest) ? manifest : {};
  const { apiVersion, kind } = object;
  const reported = draft.outputs().object;
  const type = typeof apiVersion === "string" && typeof kind === "string" ? tokenOf(apiVersion, kind) : draft.type;
  const flowing = draft.propertyDependencies.manifest ?? [];
  return {
    ...draft,
    type,
    inputs: () => object,
    outputs: () => (isBag(reported) ? reported : {}),
    propertyDependencies: { metadata: flowing },
  };
}

/** Maps whose keys are the user's. A Service's `selector` is one; a workload's is a block. */
const userMaps: ReadonlySet<string> = new Set(["labels", "annotations", "match_labels", "data"]);

/** Blocks that stand at most once: a list of one in Terraform. */
const single: ReadonlySet<string> = new Set([
  ...["metadata", "spec", "status", "template", "job_template", "selector", "pod_selector", "namespace_selector"],
  ...[
    "ip_block",
    "load_balancer",
    "value_from",
    "config_map_key_ref",
    "secret_key_ref",
    "config_map_ref",
    "secret_ref",
  ],
  ...["field_ref", "resource_field_ref", "config_map", "secret", "projected"],
]);

/** Blocks that Terraform names in the singular. */
const plural: Readonly<Record<string, string>> = {
  container: "containers",
  volume: "volumes",
  volume_mount: "volumeMounts",
  init_container: "initContainers",
  match_expressions: "matchExpressions",
  external_ips: "externalIPs",
  cluster_ip: "clusterIP",
  cluster_ips: "clusterIPs",
  pod_ip: "podIP",
  pod_ips: "podIPs",
};

function asObject(inputs: Properties, names: readonly string[]): Properties {
  const kept = Object.entries(inputs).filter(([name]) => names.includes(name));
  return Object.fromEntries(kept.flatMap(([name, value]) => member(name, value)));
}

function member(name: string, value: Tree): [string, Tree][] {
  if (value === "" || (Array.isArray(value) && value.length === 0 && single.has(name))) return [];
  if (single.has(name) && Array.isArray(value)) return [[camel(name), shaped(value[0] as Tree)]];
  if (userMaps.has(name) || (name === "selector" && isBag(value))) return [[camel(name), value]];
  if (name === "port" && Array.isArray(value)) return [["ports", shaped(value)]];
  if (["port", "target_port", "end_port"].includes(name)) return [[camel(name), numeric(value)]];
  if (["node_port", "host_port"].includes(name) && value === 0) return [];
  return [[plural[name] ?? camel(name), shaped(value)]];
}

function shaped(value: Tree): Tree {
  if (isUnknown(value) || value instanceof Secret) return value;
  if (Array.isArray(value)) return value.map(shaped);
  if (!isBag(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, each]) => member(name, each)));
}

/** Ports are texts in Terraform, which sends those of digits as numbers. */
function numeric(value: Tree): Tree {
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function isBag(value: Tree | undefined): value is Properties {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !isUnknown(value) &&
    !(value instanceof Secret)
  );
}
