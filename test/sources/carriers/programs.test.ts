import { clientFacts } from "../../../mail/clients/index.js";
import { containerFacts } from "../../../mail/containers/index.js";
import { nothingDeclared } from "../../../model/declaration.js";
import { isUnknown } from "../../../model/maybe.js";
import type { Estate } from "../../../model/network.js";
import { Subjects } from "../../../model/subjects.js";
import { mailFacts } from "../../mail/facts.js";
import { read, secretText, unknownText } from "../pulumi/programs.js";
import { planOf, read as readPlan, sensitive } from "../terraform-plans.js";

type Inputs = Record<string, unknown>;
type Resource = readonly [type: string, name: string, inputs: Inputs, flows?: Record<string, string[]>];

const canary = "canary-5u7tz";
const secret = { ...secretText, ciphertext: undefined, plaintext: JSON.stringify(canary) };
const dms = "ghcr.io/docker-mailserver/docker-mailserver:14";
const laravel = { MAIL_HOST: "smtp.example.net", MAIL_PORT: "587", MAIL_USERNAME: "u" };
const pairs = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => ({ name, value }));
const lines = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => `${name}=${value}`);
const mainCf =
  "smtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = /k\nsmtpd_relay_restrictions = reject_unauth_destination\n";
const masterCf = "587 inet n - n - - smtpd\n";
const container = (more: Inputs): Resource => ["docker:index/container:Container", "mail", more];
const ports = [{ internal: 587, external: 587 }];
const task = (definitions: unknown, more: Inputs = {}): Resource => [
  "aws:ecs/taskDefinition:TaskDefinition",
  "mail",
  {
    family: "mail",
    containerDefinitions: typeof definitions === "string" ? definitions : JSON.stringify(definitions),
    ...more,
  },
];
const text = (content: string) => ({
  "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17",
  text: content,
});
const copy = (name: string, remotePath: string, source: unknown): Resource => [
  "command:remote:CopyToRemote",
  name,
  { connection: { host: "192.0.2.1" }, remotePath, source },
];
const command = (create: string): Resource => [
  "command:remote:Command",
  "run",
  { connection: { host: "192.0.2.1" }, create },
];
const app = (ingress: Inputs, form: "classic" | "native" = "classic"): Resource => {
  const template = { containers: [{ name: "m", image: "mailhog/mailhog" }] };
  return form === "classic"
    ? ["azure:containerapp/app:App", "mail", { template, ingress }]
    : ["azure-native:app:ContainerApp", "mail", { template, configuration: { ingress } }];
};

const grafana = (smtp: Inputs) => ({
  "grafana.ini": { smtp: { enabled: true, host: "smtp.example.net:587", ...smtp } },
});
const smarthost = { smtp_smarthost: "smtp.example.net:587" };
const releaseOf = (chart: string, inputs: Inputs): Resource => [
  "kubernetes:helm.sh/v3:Release",
  "mail",
  { chart, ...inputs },
];
const release = (chart: string, values: Inputs): Resource => [
  "kubernetes:helm.sh/v3:Release",
  "mail",
  { chart, values },
];

/** A program, the fact that is asked for, and its value; `unknown` where it is open, `absent` where nothing is said. */
const cases: [name: string, program: Resource[], subject: string, fact: string, value: unknown][] = [
  ["a container", [container({ image: dms, ports, envs: ["SSL_TYPE=manual"] })], "mail:587", "tlsGate", "mail"],
  [
    "a container with a command of its own",
    [container({ image: dms, ports, envs: ["SSL_TYPE=manual"], command: ["sh", "-c", "postconf -e x=y"] })],
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "a container with no command",
    [container({ image: dms, ports, envs: ["SSL_TYPE=manual"], command: [], entrypoints: [] })],
    "mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "an ECS task with an entry point of its own",
    [
      task([
        {
          name: "m",
          image: dms,
          entryPoint: ["/start.sh"],
          environment: pairs({ SSL_TYPE: "manual" }),
          portMappings: [{ containerPort: 587, hostPort: 587 }],
        },
      ]),
    ],
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "a chart whose container runs something beside",
    [
      release("mail", {
        config: { general: { ALLOWED_SENDER_DOMAINS: "a" }, postfix: { smtpd_tls_security_level: "encrypt" } },
        lifecycle: { postStart: { exec: { command: ["postconf"] } } },
      }),
    ],
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  ["a container without a certificate", [container({ image: dms, ports })], "mail:587", "tlsGate", "none"],
  [
    "variables that are not known",
    [container({ image: dms, ports, envs: unknownText })],
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "a variable that is a secret",
    [container({ image: dms, ports, envs: [{ ...secret, plaintext: JSON.stringify(`SSL_TYPE=${canary}`) }] })],
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "an image that another resource pulls",
    [
      ["docker:index/remoteImage:RemoteImage", "image", { name: dms }],
      ["docker:index/container:Container", "mail", { image: unknownText, ports }, { image: ["image"] }],
    ],
    "mail:587",
    "tlsGate",
    "none",
  ],
  ["an image that is not known", [container({ image: unknownText, ports })], "mail:587", "tlsGate", "absent"],
  [
    "an uploaded override",
    [
      container({
        ...{ image: dms, ports, envs: ["SSL_TYPE=manual"] },
        uploads: [{ file: "/tmp/docker-mailserver/postfix-main.cf", content: "" }],
      }),
    ],
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "uploaded files of Postfix",
    [
      container({
        ...{ image: "example/postfix", ports: [{ internal: 587, external: 2587 }] },
        uploads: [
          { file: "/etc/postfix/main.cf", content: mainCf },
          { file: "/etc/postfix/master.cf", contentBase64: Buffer.from(masterCf).toString("base64") },
        ],
      }),
    ],
    "urn:pulumi:dev::acme::docker:index/container:Container::mail:/etc/postfix:2587",
    "tlsGate",
    "mail",
  ],
  [
    "a service of a swarm",
    [
      [
        "docker:index/service:Service",
        "mail",
        {
          taskSpec: { containerSpec: { image: dms, env: { SSL_TYPE: "manual" } } },
          endpointSpec: { ports: [{ targetPort: 465, publishedPort: 465 }] },
        },
      ],
    ],
    "mail:465",
    "implicitTls",
    true,
  ],
  [
    "an ECS task",
    [
      task([
        {
          name: "m",
          image: dms,
          environment: pairs({ SSL_TYPE: "manual" }),
          portMappings: [{ containerPort: 587, hostPort: 587 }],
        },
      ]),
    ],
    "mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "an ECS task whose secret decides",
    [
      task([
        {
          name: "m",
          image: dms,
          secrets: [{ name: "SSL_TYPE", valueFrom: "arn:x" }],
          portMappings: [{ containerPort: 587, hostPort: 587 }],
        },
      ]),
    ],
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "an ECS task at the address of its service",
    [
      task([{ name: "m", image: "mailhog/mailhog" }], { networkMode: "awsvpc" }),
      [
        "aws:ecs/service:Service",
        "smtp",
        { taskDefinition: unknownText, networkConfiguration: { subnets: [], securityGroups: [] } },
        { taskDefinition: ["mail"] },
      ],
    ],
    "smtp:1025",
    "developmentCatcher",
    { product: "MailHog" },
  ],
  [
    "a client in an ECS task",
    [task([{ name: "m", image: "app", environment: pairs(laravel) }])],
    "urn:pulumi:dev::acme::aws:ecs/taskDefinition:TaskDefinition::mail m -> smtp.example.net:587",
    "clientTls",
    "opportunistic",
  ],
  [
    "a catcher behind HTTP in Cloud Run",
    [["gcp:cloudrunv2/service:Service", "m", { template: { containers: [{ image: "mailhog/mailhog" }] } }]],
    "m:1025",
    "developmentCatcher",
    "absent",
  ],
  [
    "a client in Cloud Run",
    [
      [
        "gcp:cloudrunv2/service:Service",
        "m",
        {
          template: {
            containers: [
              {
                image: "app",
                envs: [...pairs(laravel), { name: "MAIL_PASSWORD", valueSource: { secretKeyRef: { secret: "s" } } }],
              },
            ],
          },
        },
      ],
    ],
    "urn:pulumi:dev::acme::gcp:cloudrunv2/service:Service::m -> smtp.example.net:587",
    "clientAuth",
    { login: true, password: "secret store" },
  ],
  [
    "a client in the first Cloud Run",
    [
      [
        "gcp:cloudrun/service:Service",
        "m",
        { template: { spec: { containers: [{ image: "app", envs: pairs(laravel) }] } } },
      ],
    ],
    "urn:pulumi:dev::acme::gcp:cloudrun/service:Service::m -> smtp.example.net:587",
    "clientPort",
    { port: 587 },
  ],
  [
    "a Container App over HTTP",
    [app({ targetPort: 1025, externalEnabled: true })],
    "mail:1025",
    "developmentCatcher",
    "absent",
  ],
  [
    "a Container App over TCP",
    [app({ transport: "tcp", targetPort: 1025, exposedPort: 25, externalEnabled: true })],
    "mail:25",
    "developmentCatcher",
    { product: "MailHog" },
  ],
  [
    "a Container App over TCP, native",
    [app({ transport: "Tcp", targetPort: 1025, external: true }, "native")],
    "mail:1025",
    "developmentCatcher",
    { product: "MailHog" },
  ],
  [
    "a client in a function",
    [["aws:lambda/function:Function", "m", { environment: { variables: { ...laravel, MAIL_PASSWORD: secret } } }]],
    "m -> smtp.example.net:587",
    "clientAuth",
    { login: true, password: "secret store" },
  ],
  [
    "a realm of Keycloak",
    [
      [
        "keycloak:index/realm:Realm",
        "r",
        { smtpServer: { host: "smtp.example.net", port: "465", ssl: true, auth: { username: "u", password: secret } } },
      ],
    ],
    "urn:pulumi:dev::acme::keycloak:index/realm:Realm::r -> smtp.example.net:465",
    "clientTls",
    "implicit",
  ],
  [
    "a realm of Keycloak that logs in",
    [
      [
        "keycloak:index/realm:Realm",
        "r",
        { smtpServer: { host: "smtp.example.net", auth: { username: "u", password: canary } } },
      ],
    ],
    "urn:pulumi:dev::acme::keycloak:index/realm:Realm::r -> smtp.example.net:25",
    "clientAuth",
    { login: true, password: "plain file" },
  ],
  [
    "Auth0 over SMTP",
    [
      [
        "auth0:index/emailProvider:EmailProvider",
        "a",
        { name: "smtp", credentials: { smtpHost: "smtp.example.net", smtpPort: 25, smtpUser: "u", smtpPass: secret } },
      ],
    ],
    "urn:pulumi:dev::acme::auth0:index/emailProvider:EmailProvider::a -> smtp.example.net:25",
    "clientTls",
    "unknown",
  ],
  [
    "Auth0 over HTTP",
    [["auth0:index/emailProvider:EmailProvider", "a", { name: "ses", credentials: { accessKeyId: "x" } }]],
    "*",
    "clientPort",
    "absent",
  ],
  [
    "files that are copied to a machine",
    [copy("a", "/etc/postfix/main.cf", text(mainCf)), copy("b", "/etc/postfix/master.cf", text(masterCf))],
    "urn:pulumi:dev::acme::command:remote:CopyToRemote::a:/etc/postfix:587",
    "tlsGate",
    "mail",
  ],
  [
    "files that are copied, and a command that changes them",
    [
      copy("a", "/etc/postfix/main.cf", text(mainCf)),
      copy("b", "/etc/postfix/master.cf", text(masterCf)),
      command("postconf -e smtpd_tls_security_level=may"),
    ],
    "urn:pulumi:dev::acme::command:remote:CopyToRemote::a:/etc/postfix:587",
    "tlsGate",
    "unknown",
  ],
  [
    "a command that changes what is not at hand",
    [command("postconf -e smtpd_tls_security_level=may")],
    "urn:pulumi:dev::acme::command:remote:Command::run#create:587",
    "listening",
    "unknown",
  ],
  [
    "a release of a chart",
    [release("docker-mailserver", { deployment: { env: { SSL_TYPE: "manual" } }, service: { type: "LoadBalancer" } })],
    "mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "Grafana in the values of a chart",
    [release("kube-prometheus-stack", { grafana: grafana({ startTLS_policy: "MandatoryStartTLS" }) })],
    "urn:pulumi:dev::acme::kubernetes:helm.sh/v3:Release::mail -> smtp.example.net:587",
    "clientTls",
    "required",
  ],
  [
    "Grafana in a chart that may set more",
    [release("observability", grafana({}))],
    "urn:pulumi:dev::acme::kubernetes:helm.sh/v3:Release::mail -> smtp.example.net:587",
    "clientTls",
    "unknown",
  ],
  [
    "Grafana that takes its login from a Secret",
    [release("grafana", { ...grafana({}), smtp: { existingSecret: "mail" } })],
    "urn:pulumi:dev::acme::kubernetes:helm.sh/v3:Release::mail -> smtp.example.net:587",
    "clientAuth",
    "unknown",
  ],
  [
    "Alertmanager in the values of a chart",
    [
      release("kube-prometheus-stack", {
        alertmanager: { config: { global: { ...smarthost, smtp_require_tls: false } } },
      }),
    ],
    "urn:pulumi:dev::acme::kubernetes:helm.sh/v3:Release::mail -> smtp.example.net:587",
    "clientTls",
    "none",
  ],
  [
    "a receiver of Alertmanager's",
    [
      release("alertmanager", {
        config: {
          receivers: [{ name: "a", email_configs: [{ to: "a@example.com", smarthost: "smtp.example.net:465" }] }],
        },
      }),
    ],
    "urn:pulumi:dev::acme::kubernetes:helm.sh/v3:Release::mail -> smtp.example.net:465",
    "clientTls",
    "implicit",
  ],
  [
    "values in a file whose text the program holds",
    [
      releaseOf("docker-mailserver", {
        valueYamlFiles: [text("deployment: {env: {SSL_TYPE: manual}}\nservice: {type: LoadBalancer}\n")],
      }),
    ],
    "mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "values that win over a file",
    [
      releaseOf("docker-mailserver", {
        valueYamlFiles: [text("deployment: {env: {SSL_TYPE: manual}}\n")],
        values: { deployment: { env: { SSL_TYPE: "" } }, service: { type: "LoadBalancer" } },
      }),
    ],
    "mail:587",
    "tlsGate",
    "none",
  ],
  ["a release that leaves it to the chart", [release("docker-mailserver", {})], "mail:587", "tlsGate", "unknown"],
  [
    "a release whose values are a secret",
    [release("docker-mailserver", { deployment: { env: { SSL_TYPE: secret } } })],
    "mail:587",
    "tlsGate",
    "unknown",
  ],
  ["a release whose chart is not known", [release(unknownText, {})], "*", "tlsGate", "absent"],
  [
    "a client in the values of a release",
    [release("app", { web: { env: { ...laravel, MAIL_PASSWORD: secret } } })],
    "urn:pulumi:dev::acme::kubernetes:helm.sh/v3:Release::mail -> smtp.example.net:587",
    "clientAuth",
    { login: true, password: "secret store" },
  ],
  ...(
    [
      ["aws:sesv2/configurationSet:ConfigurationSet", { tlsPolicy: "REQUIRE" }, "required"],
      ["aws:sesv2/configurationSet:ConfigurationSet", { tlsPolicy: "OPTIONAL" }, "opportunistic"],
      ["aws:sesv2/configurationSet:ConfigurationSet", undefined, "opportunistic"],
      ["aws:sesv2/configurationSet:ConfigurationSet", { tlsPolicy: unknownText }, "unknown"],
      ["aws:ses/configurationSet:ConfigurationSet", { tlsPolicy: "Require" }, "required"],
    ] as const
  ).map(([type, deliveryOptions, value]): (typeof cases)[number] => [
    `${type} with ${JSON.stringify(deliveryOptions)}`,
    [[type, "set", deliveryOptions ? { deliveryOptions } : {}]],
    ...([`urn:pulumi:dev::acme::${type}::set -> ?:25`, "clientTls", value] as const),
  ]),
  ["a command about something else", [command("systemctl restart nginx")], "*", "listening", "absent"],
];

function stack(program: readonly Resource[]): Promise<Estate> {
  const urns = new Map(program.map(([type, name]) => [name, `urn:pulumi:dev::acme::${type}::${name}`]));
  const resources = program.map(([type, name, inputs, flows = {}]) => ({
    ...{ urn: urns.get(name), type, custom: true, inputs, outputs: inputs },
    propertyDependencies: Object.fromEntries(
      Object.entries(flows).map(([input, names]) => [input, names.map((each) => urns.get(each))]),
    ),
  }));
  return read({ version: 3, deployment: { resources } });
}

async function factsOf(estate: Estate) {
  const subjects = new Subjects(nothingDeclared, estate.interfaces, estate.containers);
  return [
    ...containerFacts(estate.containers ?? [], subjects),
    ...(await mailFacts(estate.definitions, subjects)),
    ...(await clientFacts(estate, subjects)).facts,
  ];
}

it.each(cases)("%s", async (_, program, subject, name, value) => {
  const facts = await factsOf(await stack(program));
  const fact = facts.find((each) => (subject === "*" || each.subject === subject) && each.name === name);
  expect(fact === undefined ? "absent" : isUnknown(fact.value) ? "unknown" : fact.value).toEqual(value);
  expect(JSON.stringify(facts)).not.toContain(canary);
});

it.each([
  ["that is no JSON", "[{"],
  ["of another shape", '{"name":"m"}'],
])("containers of a task %s are undecided, and said to be", async (_, definitions) => {
  const { containers } = await stack([task(definitions)]);
  const at = "urn:pulumi:dev::acme::aws:ecs/taskDefinition:TaskDefinition::mail#containerDefinitions";
  expect(containers?.map(({ image }) => image.value)).toEqual([{ unknown: [expect.stringContaining(at)] }]);
});

/** The same in Terraform's words. */
const plans: [name: string, type: string, args: Inputs, subject: string, fact: string, value: unknown][] = [
  [
    "docker_container",
    "docker_container",
    { image: dms, env: lines({ SSL_TYPE: "manual" }), ports: [{ internal: 587, external: 587 }] },
    "docker_container.mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "an uploaded override",
    "docker_container",
    {
      image: dms,
      env: ["SSL_TYPE=manual"],
      ports,
      upload: [{ file: "/tmp/docker-mailserver/dovecot.cf", content: "" }],
    },
    "docker_container.mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "aws_ecs_task_definition",
    "aws_ecs_task_definition",
    { family: "m", container_definitions: JSON.stringify([{ name: "m", image: "app", environment: pairs(laravel) }]) },
    "aws_ecs_task_definition.mail m -> smtp.example.net:587",
    "clientTls",
    "opportunistic",
  ],
  [
    "aws_lambda_function",
    "aws_lambda_function",
    { environment: [{ variables: sensitive({ ...laravel, MAIL_PASSWORD: canary }) }] },
    "*",
    "clientTls",
    "unknown",
  ],
  [
    "google_cloud_run_v2_service",
    "google_cloud_run_v2_service",
    { template: [{ containers: [{ image: "app", env: pairs(laravel) }] }] },
    "google_cloud_run_v2_service.mail -> smtp.example.net:587",
    "clientTls",
    "opportunistic",
  ],
  [
    "azurerm_container_app",
    "azurerm_container_app",
    {
      template: [{ container: [{ name: "m", image: "mailhog/mailhog" }] }],
      ingress: [{ transport: "tcp", target_port: 1025, exposed_port: 25, external_enabled: true }],
    },
    "azurerm_container_app.mail:25",
    "developmentCatcher",
    { product: "MailHog" },
  ],
  [
    "aws_sesv2_configuration_set",
    "aws_sesv2_configuration_set",
    { configuration_set_name: "s", delivery_options: [{ tls_policy: "REQUIRE" }] },
    ...(["aws_sesv2_configuration_set.mail -> ?:25", "clientTls", "required"] as const),
  ],
  [
    "keycloak_realm",
    "keycloak_realm",
    {
      smtp_server: [
        { host: "smtp.example.net", port: "587", starttls: true, auth: [{ username: "u", password: canary }] },
      ],
    },
    "keycloak_realm.mail -> smtp.example.net:587",
    "clientTls",
    "opportunistic",
  ],
  [
    "helm_release",
    "helm_release",
    { name: "m", chart: "docker-mailserver", values: ["deployment:\n  env:\n    SSL_TYPE: manual\n"] },
    "helm_release.mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "single settings of helm_release",
    "helm_release",
    {
      ...{ name: "m", chart: "mail", values: ["config:\n  general: {}\n"] },
      set: [{ name: "config.postfix.smtpd_tls_security_level", value: "encrypt" }],
    },
    "helm_release.mail:587",
    "tlsGate",
    "mail",
  ],
  [
    "values of helm_release that are no YAML",
    "helm_release",
    { name: "m", chart: "docker-mailserver", values: ["deployment: ["] },
    "helm_release.mail:587",
    "tlsGate",
    "unknown",
  ],
  [
    "kubernetes_deployment",
    "kubernetes_deployment",
    {
      metadata: [{ name: "mail" }],
      spec: [
        {
          template: [
            {
              metadata: [{ labels: { app: "mail" } }],
              spec: [
                {
                  container: [
                    {
                      name: "m",
                      image: "app",
                      env: [
                        ...pairs(laravel),
                        { name: "MAIL_PASSWORD", value_from: [{ secret_key_ref: [{ name: "s", key: "p" }] }] },
                      ],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
    "kubernetes_deployment.mail -> smtp.example.net:587",
    "clientAuth",
    { login: true, password: "secret store" },
  ],
];

it.each(plans)("of a Terraform plan: %s", async (_, type, args, subject, name, value) => {
  const facts = await factsOf(await readPlan(planOf([{ type, name: "mail", args }])));
  const fact = facts.find((each) => (subject === "*" || each.subject === subject) && each.name === name);
  expect(fact === undefined ? "absent" : isUnknown(fact.value) ? "unknown" : fact.value).toEqual(value);
  expect(JSON.stringify(facts)).not.toContain(canary);
});
