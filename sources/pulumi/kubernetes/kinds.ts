import type { Resource } from "../resource.js";

/** The kinds that are read, with the API groups and versions that have the same shape, and their schema. */
const read: readonly (readonly [kind: string, schema: string, ...versions: string[]])[] = [
  ["ConfigMap", "config-map", "core/v1"],
  ["Namespace", "object", "core/v1"],
  ["Service", "service", "core/v1"],
  ["Pod", "pod", "core/v1"],
  ["ReplicationController", "workload", "core/v1"],
  ["Deployment", "workload", "apps/v1", "apps/v1beta1", "apps/v1beta2", "extensions/v1beta1"],
  ["StatefulSet", "workload", "apps/v1", "apps/v1beta1", "apps/v1beta2"],
  ["DaemonSet", "workload", "apps/v1", "apps/v1beta2", "extensions/v1beta1"],
  ["ReplicaSet", "workload", "apps/v1", "apps/v1beta2", "extensions/v1beta1"],
  ["Job", "workload", "batch/v1"],
  ["CronJob", "cron-job", "batch/v1", "batch/v1beta1"],
  ["NetworkPolicy", "network-policy", "networking.k8s.io/v1", "extensions/v1beta1"],
  ["AdminNetworkPolicy", "admin-network-policy", "policy.networking.k8s.io/v1alpha1"],
  ["BaselineAdminNetworkPolicy", "admin-network-policy", "policy.networking.k8s.io/v1alpha1"],
  ["Gateway", "gateway", ...gatewayVersions("v1", "v1beta1", "v1alpha2")],
  ["TCPRoute", "route", ...gatewayVersions("v1", "v1alpha2")],
  ["TLSRoute", "route", ...gatewayVersions("v1", "v1alpha3", "v1alpha2")],
  ["IngressRouteTCP", "ingress-route-tcp", "traefik.io/v1alpha1", "traefik.containo.us/v1alpha1"],
];

function gatewayVersions(...versions: string[]): string[] {
  return versions.map((version) => `gateway.networking.k8s.io/${version}`);
}

/** Policies in another language or version than those that are read: that they may select a pod is all that is read. */
export const foreignPolicies: Readonly<Record<string, string>> = {
  "cilium.io/CiliumNetworkPolicy": "Cilium network policy",
  "cilium.io/CiliumClusterwideNetworkPolicy": "Cilium cluster-wide network policy",
  "crd.projectcalico.org/NetworkPolicy": "Calico network policy",
  "crd.projectcalico.org/GlobalNetworkPolicy": "Calico global network policy",
  "projectcalico.org/NetworkPolicy": "Calico network policy",
  "projectcalico.org/GlobalNetworkPolicy": "Calico global network policy",
  "crd.antrea.io/NetworkPolicy": "Antrea network policy",
  "crd.antrea.io/ClusterNetworkPolicy": "Antrea cluster network policy",
  "security.istio.io/AuthorizationPolicy": "Istio authorization policy",
  "policy.linkerd.io/AuthorizationPolicy": "Linkerd authorization policy",
  "policy.networking.k8s.io/ClusterNetworkPolicy": "cluster network policy",
  "policy.networking.k8s.io/AdminNetworkPolicy": "admin network policy of a version that is not read:",
  "policy.networking.k8s.io/BaselineAdminNetworkPolicy": "admin network policy of a version that is not read:",
  "networking.k8s.io/NetworkPolicy": "network policy of a version that is not read:",
};

const kinds = new Map<string, string>();

/** The schema of each type of Kubernetes that is read, by type token. */
export const kubernetesSchemas: Readonly<Record<string, string>> = Object.fromEntries(
  read.flatMap(([kind, schema, ...versions]) =>
    versions.map((version) => {
      const token = tokenOf(version, kind);
      kinds.set(token, kind);
      return [token, `kubernetes/${schema}.json`];
    }),
  ),
);

/** The kind of an object that is read; undefined for all others. */
export function kindOf({ type }: Resource): string | undefined {
  return kinds.get(type);
}

/** What people call a policy whose rules are not read; undefined for everything else. */
export function foreignPolicy({ type }: Resource): string | undefined {
  if (kinds.has(type)) return undefined;
  const [, group, kind] = /^kubernetes:([^/]+)\/[^:]+:(\w+)$/.exec(type) ?? [];
  return foreignPolicies[`${group}/${kind}`];
}

/** Pulumi's type token of an object: `v1`, `Pod` is `kubernetes:core/v1:Pod`. */
export function tokenOf(apiVersion: string, kind: string): string {
  return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}
