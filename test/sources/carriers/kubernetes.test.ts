import { clientFacts } from "../../../mail/clients/index.js";
import { containerFacts } from "../../../mail/containers/index.js";
import { AddressSet } from "../../../model/addresses.js";
import { type Declaration, nothingDeclared } from "../../../model/declaration.js";
import type { Fact } from "../../../model/fact.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Estate } from "../../../model/network.js";
import { Subjects } from "../../../model/subjects.js";
import { mailFacts } from "../../mail/facts.js";
import { deployment, fromManifests, type Manifest, service } from "../kubernetes/manifests.js";

async function factsOf(estate: Estate, declaration: Declaration = nothingDeclared): Promise<Fact[]> {
  const subjects = new Subjects(declaration, estate.interfaces);
  return [
    ...containerFacts(estate.containers ?? [], subjects),
    ...(await mailFacts(estate.definitions, subjects)),
    ...(await clientFacts(estate, subjects)).facts,
  ];
}

const selector = { app: "mail" };
const balancer = (ports: Manifest[], more: Manifest = {}) =>
  service("submission", { type: "LoadBalancer", selector, ports, ...more });
const open = [{ port: 587 }, { port: 465 }];
const pods = (container: Manifest, spec: Manifest = {}) =>
  deployment("mail", { containers: [{ name: "main", ...container }], ...spec });
const dms = (more: Manifest = {}, spec: Manifest = {}) =>
  pods({ image: "ghcr.io/docker-mailserver/docker-mailserver:14", ...more }, spec);
const tls = { name: "SSL_TYPE", value: "letsencrypt" };
const store = (kind: string, name: string, data: Manifest, property = "data"): Manifest => {
  return { apiVersion: "v1", kind, metadata: { name, namespace: "mail" }, [property]: data };
};
const volume = (mountPath: string, subPath?: string) => ({ name: "v", mountPath, ...(subPath ? { subPath } : {}) });
const mounted = (image: string, source: Manifest, mountPath: string, subPath?: string) =>
  pods({ image, volumeMounts: [volume(mountPath, subPath)] }, { volumes: [{ name: "v", ...source }] });
const postfix = {
  "main.cf":
    "smtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = /k\nsmtpd_relay_restrictions = reject_unauth_destination\n",
  "master.cf": "2587 inet n - n - - smtpd\n",
};
const laravel = { MAIL_HOST: "smtp.example.net", MAIL_PORT: "587", MAIL_USERNAME: "u", MAIL_PASSWORD: "canary-5u7tz" };
const pairs = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => ({ name, value }));

/** Objects, the fact that is asked for, and its value; `unknown` where it is open, `absent` where nothing is said. */
const cases: [name: string, objects: Manifest[], subject: string, fact: string, value: unknown][] = [
  ["a Service names the subject", [dms(), balancer(open)], "submission:587", "tlsGate", "none"],
  ["the environment decides", [dms({ env: [tls] }), balancer(open)], "submission:587", "tlsGate", "mail"],
  [
    "the Service's port leads to another",
    [dms({ env: [tls] }), balancer([{ port: 2587, targetPort: 587 }])],
    "submission:2587",
    "tlsGate",
    "mail",
  ],
  [
    "a port by its name",
    [dms({ env: [tls], ports: [{ name: "sub", containerPort: 465 }] }), balancer([{ port: 587, targetPort: "sub" }])],
    "submission:587",
    "implicitTls",
    true,
  ],
  [
    "a port of the nodes",
    [dms({ env: [tls], ports: [{ containerPort: 587, hostPort: 8587 }] })],
    "mail (host port):8587",
    "tlsGate",
    "mail",
  ],
  ["what nothing publishes, at the pods' own address", [dms({ env: [tls] })], "mail:465", "implicitTls", true],
  [
    "a ConfigMap as the environment",
    [dms({ envFrom: [{ configMapRef: { name: "env" } }] }), store("ConfigMap", "env", { SSL_TYPE: "manual" })],
    "mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "env stands over envFrom, under a prefix",
    [
      dms({ envFrom: [{ prefix: "SSL_", configMapRef: { name: "env" } }], env: [{ name: "SSL_TYPE", value: "" }] }),
      store("ConfigMap", "env", { TYPE: "manual" }),
    ],
    "mail:587",
    "tlsGate",
    "none",
  ],
  [
    "one key of a ConfigMap",
    [
      dms({ env: [{ name: "SSL_TYPE", valueFrom: { configMapKeyRef: { name: "env", key: "tls" } } }] }),
      store("ConfigMap", "env", { tls: "manual" }),
    ],
    "mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "a key of a Secret is never read",
    [
      dms({ env: [{ name: "SSL_TYPE", valueFrom: { secretKeyRef: { name: "env", key: "tls" } } }] }),
      store("Secret", "env", { tls: "manual" }, "stringData"),
    ],
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "a Secret as the environment: its names count",
    [dms({ envFrom: [{ secretRef: { name: "env" } }] }), store("Secret", "env", { OTHER: "x" }, "stringData")],
    "mail:587",
    "tlsGate",
    "none",
  ],
  [
    "an environment that is not among the objects",
    [dms({ envFrom: [{ secretRef: { name: "env" } }] })],
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "a mounted override",
    [
      dms(
        { env: [tls], volumeMounts: [volume("/tmp/docker-mailserver/")] },
        { volumes: [{ name: "v", configMap: { name: "c" } }] },
      ),
      store("ConfigMap", "c", { "postfix-main.cf": "" }),
    ],
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  ...(
    [
      ["a command", { command: ["sh", "-c", "postconf -e x=y && exec supervisord"] }],
      ["arguments", { args: ["x"] }],
      ["a hook after its start", { lifecycle: { postStart: { exec: { command: ["postconf"] } } } }],
    ] as const
  ).map(([name, more]): (typeof cases)[number] => [
    `a container with ${name} of its own`,
    [dms({ env: [tls], ...more })],
    "mail:587",
    "tlsGate",
    "unknown",
  ]),
  [
    "a hook before its end",
    [dms({ env: [tls], lifecycle: { preStop: { exec: { command: ["postconf"] } } } })],
    "mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "a mounted ConfigMap without overrides",
    [
      dms(
        { env: [tls], volumeMounts: [volume("/tmp/docker-mailserver")] },
        { volumes: [{ name: "v", configMap: { name: "c" } }] },
      ),
      store("ConfigMap", "c", { "postfix-accounts.cf": "" }),
    ],
    "mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "a claim that is mounted there",
    [
      dms(
        { env: [tls], volumeMounts: [volume("/tmp/docker-mailserver")] },
        { volumes: [{ name: "v", persistentVolumeClaim: {} }] },
      ),
    ],
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "Postfix in a plain image, its Service before it",
    [
      mounted("example/postfix", { configMap: { name: "c" } }, "/etc/postfix"),
      store("ConfigMap", "c", postfix),
      balancer([{ port: 587, targetPort: 2587 }]),
    ],
    "submission:587",
    "tlsGate",
    "mail",
  ],
  [
    "files of two ConfigMaps under other names",
    [
      mounted(
        "example/postfix",
        {
          projected: {
            sources: [
              { configMap: { name: "a", items: [{ key: "m", path: "main.cf" }] } },
              { configMap: { name: "b" } },
            ],
          },
        },
        "/etc/postfix",
      ),
      store("ConfigMap", "a", { m: postfix["main.cf"] }),
      store("ConfigMap", "b", { "master.cf": postfix["master.cf"] }),
    ],
    "mail:2587",
    "tlsGate",
    "mail",
  ],
  [
    "one file of a ConfigMap",
    [
      mounted("example/postfix", { configMap: { name: "c" } }, "/etc/postfix/master.cf", "master.cf"),
      store("ConfigMap", "c", postfix),
    ],
    "mail:587",
    "listening",
    "unknown",
  ],
  [
    "a Secret that is mounted over the configuration",
    [
      mounted("example/postfix", { secret: { secretName: "c" } }, "/etc/postfix"),
      store("Secret", "c", postfix, "stringData"),
    ],
    "mail:587",
    "listening",
    "unknown",
  ],
  [
    "a sidecar",
    [pods({ image: "app" }, { initContainers: [{ name: "m", image: "axllent/mailpit", restartPolicy: "Always" }] })],
    "mail:1025",
    "developmentCatcher",
    { product: "Mailpit" },
  ],
  [
    "an init container ends",
    [pods({ image: "app" }, { initContainers: [{ name: "m", image: "axllent/mailpit" }] })],
    "mail:1025",
    "developmentCatcher",
    "absent",
  ],
  [
    "a client in the environment",
    [pods({ image: "app", env: pairs(laravel) })],
    "mail -> smtp.example.net:587",
    "clientTls",
    "opportunistic",
  ],
  [
    "a client whose password is in a Secret",
    [
      pods({
        image: "app",
        env: [
          ...pairs({ MAIL_HOST: "smtp.example.net", MAIL_PORT: "465", MAIL_USERNAME: "u" }),
          { name: "MAIL_PASSWORD", valueFrom: { secretKeyRef: { name: "s", key: "p" } } },
        ],
      }),
    ],
    "mail -> smtp.example.net:465",
    "clientAuth",
    { login: true, password: "secret store" },
  ],
  [
    "a client whose ConfigMap no pod uses",
    [
      store("ConfigMap", "env", {
        MAIL_HOST: "smtp.example.net",
        MAIL_PORT: "465",
        MAIL_SCHEME: "smtps",
        MAIL_MAILER: "smtp",
      }),
    ],
    "configmap/env in mail (v1) -> smtp.example.net:465",
    "clientTls",
    "implicit",
  ],
  [
    "a client's file that is mounted",
    [
      mounted("app", { configMap: { name: "c" } }, "/etc"),
      store("ConfigMap", "c", { msmtprc: "account default\nhost smtp.example.net\nport 587\ntls off\n" }),
    ],
    "mail -> smtp.example.net:587",
    "clientTls",
    "none",
  ],
];

it.each(cases)("%s", async (_, objects, subject, name, value) => {
  const fact = (await factsOf(await fromManifests(objects))).find(
    (each) => each.subject === subject && each.name === name,
  );
  expect(fact === undefined ? "absent" : isUnknown(fact.value) ? "unknown" : fact.value).toEqual(value);
});

const catcher = (more: Manifest = {}, spec: Manifest = {}) => pods({ image: "mailhog/mailhog:v1", ...more }, spec);
const everyone = ["0.0.0.0/0", "::/0"];
const port = [{ port: 1025 }];

/** A catcher, and the clients to whom it is open: known ones, and those of whom it is not known. */
const exposed: [name: string, objects: Manifest[], from: Record<string, string>][] = [
  ["a pod", [catcher()], { "mail:1025": "10.1.2.3" }],
  ["a pod on the node's network", [catcher({}, { hostNetwork: true })], { "mail:1025": "203.0.113.9" }],
  [
    "a port of the nodes",
    [catcher({ ports: [{ containerPort: 1025, hostPort: 25 }] })],
    { "mail (host port):25": "203.0.113.9" },
  ],
  ["a cluster IP", [catcher(), service("smtp", { selector, ports: port })], { "smtp:1025": "10.1.2.3" }],
  ["a load balancer", [catcher(), balancer(port)], { "submission:1025": "203.0.113.9" }],
  [
    "a load balancer for some",
    [catcher(), balancer(port, { loadBalancerSourceRanges: ["198.51.100.0/24"] })],
    { "submission:1025": "198.51.100.7" },
  ],
];

it.each(exposed)("a catcher behind %s is open to more than its machine", async (_, objects, from) => {
  const facts = (await factsOf(await fromManifests(objects))).filter(({ name }) => name === "developmentCatcher");
  const found = facts.map((each) => [each.subject, each.from.contains(AddressSet.of(from[each.subject] ?? ""))]);
  expect(found).toEqual(Object.keys(from).map((subject) => [subject, true]));
  const isPublic = facts.map((each) => each.from.toCidrs().join() === everyone.join());
  expect(isPublic).toEqual(Object.values(from).map((address) => address.startsWith("203.")));
});

it("a port of the nodes on loopback alone is no way in", async () => {
  const ports = [{ containerPort: 1025, hostPort: 25, hostIP: "127.0.0.1" }];
  const estate = await fromManifests([catcher({ ports })]);
  expect(estate.interfaces.map(({ name }) => name)).toEqual(["mail"]);
});

it("says no value of a Secret or of the environment", async () => {
  const canary = "canary-5u7tz";
  const estate = await fromManifests(
    [
      pods({ image: "app", env: pairs(laravel), envFrom: [{ secretRef: { name: "s" } }] }),
      store("Secret", "s", { MAIL_HOST: canary, MAILER_DSN: `smtp://u:${canary}@h`, "main.cf": canary }, "stringData"),
      store("Secret", "unused", { MAIL_HOST: canary, MAILER_DSN: canary, "main.cf": canary }, "stringData"),
      dms({ env: [{ name: "SSL_TYPE", value: canary }] }),
    ].filter(
      (each, i, all) => all.findIndex((one) => JSON.stringify(one.metadata) === JSON.stringify(each.metadata)) === i,
    ),
  );
  expect(JSON.stringify(await factsOf(estate))).not.toContain(canary);
  const other = await fromManifests([dms({ env: [{ name: "SSL_TYPE", value: canary }] })]);
  expect(JSON.stringify(await factsOf(other))).not.toContain(canary);
});

it("names a container whose image is not known where a server is declared", async () => {
  const estate = await fromManifests([pods({ image: "$(IMAGE)" }), balancer(open)]);
  const image = { unknown: ["image of mail"] };
  const containers = (estate.containers ?? []).map((each) => ({ ...each, image: { ...each.image, value: image } }));
  const declaration: Declaration = {
    ...nothingDeclared,
    endpoints: [
      {
        host: "mail.example.com",
        port: 587,
        role: "submission",
        exposure: AddressSet.everything,
        resource: "submission",
      },
    ],
  };
  const facts = containerFacts(containers, new Subjects(declaration, estate.interfaces));
  expect(facts.map(({ subject, name, value }) => [subject, name, value])).toEqual([
    ["mail.example.com:587", "listening", image],
  ]);
});
