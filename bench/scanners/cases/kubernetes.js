const metadata = (name) => [{ name, namespace: "default", labels: { app: name } }];

export const kubernetes = [
  {
    name: "Kubernetes: a network policy for 587 where the service leads to pod port 2587",
    truth: "closed",
    from: "kubernetes_pod_v1.app",
    // The address of the service.
    to: "10.96.0.25",
    resources: [
      {
        type: "kubernetes_pod_v1",
        name: "app",
        args: { metadata: metadata("app"), spec: [{ container: [{ name: "app", image: "app:1" }] }] },
      },
      {
        type: "kubernetes_pod_v1",
        name: "relay",
        args: {
          metadata: metadata("relay"),
          spec: [{ container: [{ name: "postfix", image: "postfix:1", port: [{ container_port: 2587 }] }] }],
        },
      },
      {
        type: "kubernetes_service_v1",
        name: "relay",
        args: {
          metadata: metadata("relay"),
          spec: [{ cluster_ip: "10.96.0.25", selector: { app: "relay" }, port: [{ port: 587, target_port: "2587" }] }],
        },
      },
      {
        type: "kubernetes_network_policy_v1",
        name: "app",
        args: {
          metadata: metadata("app"),
          spec: [
            {
              pod_selector: [{ match_labels: { app: "app" } }],
              policy_types: ["Egress"],
              ...{ ingress: [], egress: [{ to: [], ports: [{ port: "587", protocol: "TCP" }] }] },
            },
          ],
        },
      },
    ],
  },
];
