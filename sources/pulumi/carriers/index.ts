import type { Resource } from "../resource.js";
import { type Beside, type Carried, type Carrier, nothingCarried, together } from "./carrier.js";

/** By the beginning of the type tokens that it reads; loaded when a program has such resources. */
const carriers: readonly (readonly [types: RegExp, load: () => Promise<Carrier>])[] = [
  [/^kubernetes:/, async () => (await import("./kubernetes.js")).kubernetesCarrier],
  [/^kubernetes:helm\.sh\//, async () => (await import("./helm.js")).helmCarrier],
  [/^docker:/, async () => (await import("./docker.js")).dockerCarrier],
  [/^aws:ecs\/taskDefinition:/, async () => (await import("./ecs.js")).ecsCarrier],
  [
    /^(gcp:cloud(run|functions)|azure-native:app:|azure:containerapp\/|aws:lambda\/function:)/,
    async () => (await import("./serverless.js")).serverlessCarrier,
  ],
  [/^(keycloak:index\/realm:|auth0:)/, async () => (await import("./smtp-settings.js")).smtpSettingsCarrier],
  [/^command:remote:/, async () => (await import("./remote.js")).remoteCarrier],
];

/**
 * The containers, mail servers and clients that a program's resources carry, beside machines' user data.
 * @throws InputError for what is damaged: base64 that is none, a file that cannot be read.
 */
export async function carriedIn(resources: readonly Resource[], beside: Beside): Promise<Carried> {
  const found: Carried[] = [nothingCarried];
  const used = [...new Set(resources.map(({ type }) => type))];
  for (const [types, load] of carriers) {
    if (used.some((type) => types.test(type))) found.push((await load())(resources, beside));
  }
  return together(...found);
}
