/** Resources of a stack export, with whatever leads to a mail server in them; the names of what stands in front state the truth. */
export interface Exported {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
}

export type Resources = readonly Exported[];

const made = (type: string, name: string, inputs: Record<string, unknown>): Exported => {
  const id = `arn:${name}`;
  const urn = `urn:pulumi:dev::acme::${type}::${name}`;
  return { ...{ urn, type, id, custom: true }, ...{ inputs, outputs: { ...inputs, id, arn: id } } } as Exported;
};

export const network: Resources = [
  made("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" }),
  made("aws:ec2/subnet:Subnet", "subnet", { vpcId: "arn:vpc", cidrBlock: "10.0.1.0/24" }),
];

const all = "0.0.0.0/0";
const group = (name: string, port: number) =>
  made("aws:ec2/securityGroup:SecurityGroup", `${name}-group`, {
    ingress: [{ protocol: "tcp", fromPort: port, toPort: port, cidrBlocks: [all] }],
    egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: [all] }],
  });

/** A network load balancer whose port 587 leads to a target group. */
function balancer(name: string, type: "ip" | "instance"): Resources {
  const forward = [{ type: "forward", targetGroupArn: `arn:${name}-targets` }];
  return [
    made("aws:lb/loadBalancer:LoadBalancer", name, { loadBalancerType: "network", subnets: ["arn:subnet"] }),
    made("aws:lb/targetGroup:TargetGroup", `${name}-targets`, { port: 1587, protocol: "TCP", targetType: type }),
    made("aws:lb/listener:Listener", `${name}-587`, {
      ...{ loadBalancerArn: `arn:${name}`, port: 587, protocol: "TCP", defaultActions: forward },
    }),
  ];
}

/** docker-mailserver in a task, behind a balancer's 587. */
function ecs(
  name: string,
  { mode, port, opened }: { mode: "awsvpc" | "bridge"; port: number; opened: number },
): Resources {
  const image = "ghcr.io/docker-mailserver/docker-mailserver:14";
  const portMappings = [{ containerPort: port, hostPort: mode === "awsvpc" ? port : 0, protocol: "tcp" }];
  const networkConfiguration = { subnets: ["arn:subnet"], securityGroups: [`arn:${name}-group`] };
  return [
    ...balancer(name, mode === "awsvpc" ? "ip" : "instance"),
    group(name, opened),
    made("aws:ecs/taskDefinition:TaskDefinition", `${name}-task`, {
      ...{ family: `${name}-task`, networkMode: mode },
      containerDefinitions: JSON.stringify([
        { name: "mail", image, environment: [{ name: "SSL_TYPE", value: "manual" }], portMappings },
        { name: "metrics", image: "prom/exporter", portMappings: [{ containerPort: 9154, hostPort: 9154 }] },
      ]),
    }),
    made("aws:ecs/service:Service", `${name}-service`, {
      taskDefinition: `arn:${name}-task`,
      loadBalancers: [{ targetGroupArn: `arn:${name}-targets`, containerName: "mail", containerPort: port }],
      ...(mode === "awsvpc" ? { networkConfiguration } : {}),
    }),
  ];
}

export const mainCf = `compatibility_level = 3.6
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = /etc/ssl/mail.pem
smtpd_sasl_auth_enable = yes
smtpd_client_restrictions = permit_sasl_authenticated, reject
smtpd_relay_restrictions = reject
`;
export const masterCf = (port: number) => `${port} inet n - n - - smtpd\n`;

/** An instance whose user data sets up Postfix, behind 587 of a network or a classic load balancer. */
function instance(
  name: string,
  { kind, target, listens, opened }: { kind: "nlb" | "elb"; target: number; listens: number; opened: number },
): Resources {
  const file = (path: string, content: string) => `  - path: ${path}\n    content: ${JSON.stringify(content)}\n`;
  const files = file("/etc/postfix/main.cf", mainCf) + file("/etc/postfix/master.cf", masterCf(listens));
  const listeners = [{ lbPort: 587, lbProtocol: "tcp", instancePort: target, instanceProtocol: "tcp" }];
  const front =
    kind === "nlb"
      ? [
          ...balancer(name, "instance"),
          made("aws:lb/targetGroupAttachment:TargetGroupAttachment", `${name}-attachment`, {
            ...{ targetGroupArn: `arn:${name}-targets`, targetId: `arn:${name}-machine`, port: target },
          }),
        ]
      : [
          group(`${name}-front`, 587),
          made("aws:elb/loadBalancer:LoadBalancer", name, {
            ...{ listeners, subnets: ["arn:subnet"], securityGroups: [`arn:${name}-front-group`] },
            instances: [`arn:${name}-machine`],
          }),
        ];
  return [
    ...front,
    group(name, opened),
    made("aws:ec2/instance:Instance", `${name}-machine`, {
      ...{ subnetId: "arn:subnet", vpcSecurityGroupIds: [`arn:${name}-group`] },
      userData: `#cloud-config\nwrite_files:\n${files}`,
    }),
  ];
}

/** Postfix from a ConfigMap in pods, behind 587 of a Service. */
function cluster(
  name: string,
  {
    type,
    target,
    listens,
    shut,
  }: { type: "LoadBalancer" | "NodePort"; target: number; listens: number; shut: boolean },
): Resources {
  const metadata = { name, namespace: name };
  const labels = { app: name };
  const volumes = [{ name: "c", configMap: { name } }];
  const containers = [
    { name: "postfix", image: "registry.example/postfix", volumeMounts: [{ name: "c", mountPath: "/etc/postfix" }] },
  ];
  const policy = made("kubernetes:networking.k8s.io/v1:NetworkPolicy", `${name}-policy`, {
    ...{ metadata, spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [] } },
  });
  return [
    made("kubernetes:core/v1:ConfigMap", `${name}-files`, {
      ...{ metadata, data: { "main.cf": mainCf, "master.cf": masterCf(listens) } },
    }),
    made("kubernetes:apps/v1:Deployment", `${name}-pods`, {
      ...{
        metadata,
        spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers, volumes } } },
      },
    }),
    made("kubernetes:core/v1:Service", name, {
      metadata,
      spec: {
        ...{ type, selector: labels, externalTrafficPolicy: "Local" },
        ports: [{ port: 587, targetPort: target, ...(type === "NodePort" ? { nodePort: 30587 } : {}) }],
      },
    }),
    ...(shut ? [policy] : []),
  ];
}

/** docker-mailserver as a container of the Docker provider. */
function docker(name: string, internal: number): Resources {
  return [
    made("docker:index/container:Container", name, {
      ...{ image: "ghcr.io/docker-mailserver/docker-mailserver:14", envs: ["SSL_TYPE=manual"] },
      ports: [{ internal, external: 587 }],
    }),
  ];
}

export type Said = "pass" | "no server" | "cut off" | "undecided";
type Case = readonly [name: string, Resources, Said, subject?: string];

/** What leads to a server, and what is to be said of the port that clients know: the server's image or files decide it. */
export const fronts: readonly Case[] = [
  ["ecs-own-network", ecs("ecs-own-network", { mode: "awsvpc", port: 587, opened: 587 }), "pass"],
  ["ecs-to-nothing", ecs("ecs-to-nothing", { mode: "awsvpc", port: 2587, opened: 2587 }), "no server"],
  ["ecs-shut", ecs("ecs-shut", { mode: "awsvpc", port: 587, opened: 25 }), "cut off"],
  // The groups of the instances that run it are not told by the service.
  ["ecs-bridge", ecs("ecs-bridge", { mode: "bridge", port: 587, opened: 587 }), "undecided"],
  ["ecs-bridge-to-nothing", ecs("ecs-bridge-to-nothing", { mode: "bridge", port: 2587, opened: 587 }), "undecided"],
  ...(["nlb", "elb"] as const).flatMap((kind) => [
    behind(kind, { kind, target: 2587, listens: 2587, opened: 2587 }, "pass"),
    behind(`${kind}-to-nothing`, { kind, target: 2587, listens: 587, opened: 2587 }, "no server"),
    behind(`${kind}-shut`, { kind, target: 2587, listens: 2587, opened: 587 }, "cut off"),
  ]),
  ...(["LoadBalancer", "NodePort"] as const).flatMap((type) => [
    inPods("service", { type, target: 2587, listens: 2587, shut: false }, "pass"),
    inPods("service-to-nothing", { type, target: 3587, listens: 2587, shut: false }, "no server"),
    inPods("service-shut", { type, target: 2587, listens: 2587, shut: true }, "cut off"),
  ]),
  ["docker", docker("docker", 587), "pass"],
  ["docker-to-nothing", docker("docker-to-nothing", 2587), "no server"],
];

function behind(name: string, how: Parameters<typeof instance>[1], said: Said): Case {
  return [name, instance(name, how), said];
}

function inPods(what: string, how: Parameters<typeof cluster>[1], said: Said): Case {
  const name = `${how.type.toLowerCase()}-${what}`;
  return [name, cluster(name, how), said, `${name}:${how.type === "NodePort" ? 30587 : 587}`];
}
