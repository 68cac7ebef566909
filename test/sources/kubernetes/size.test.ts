import { deployment, fromManifests, type Manifest, policy, service } from "./manifests.js";

/** Workloads, each with its labels, its Service and a policy for both directions that names two others. */
function cluster(count: number): Manifest[] {
  const labels = (i: number) => ({ app: `app-${i % count}` });
  const peer = (i: number) => [{ podSelector: { matchLabels: labels(i) } }];
  return Array.from({ length: count }, (_, i) => [
    deployment(`app-${i}`),
    service(`app-${i}`, { selector: labels(i), ports: [{ port: i % 20 === 0 ? 587 : 80, targetPort: 8080 }] }),
    policy(`app-${i}`, {
      podSelector: { matchLabels: labels(i) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: peer(i + 1), ports: [{ port: 8080 }] }],
      egress: [{ to: peer(i - (i % 20)), ports: [{ port: 587 }] }],
    }),
  ]).flat();
}

it("reads thousands of workloads with Services and policies in a time that grows with them, not with their square", async () => {
  const seconds = async (count: number) => {
    const began = process.cpuUsage();
    const { interfaces } = await fromManifests(cluster(count));
    expect(interfaces).toHaveLength(2 * count);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e6;
  };
  await seconds(50);
  const small = await seconds(100);
  // Sixteen times as many objects: their square would take 256 times as long.
  expect(await seconds(1600)).toBeLessThan(64 * small);
}, 120_000);
