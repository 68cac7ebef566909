import { alertmanager } from "../setup/clients/alertmanager.js";
import { grafana, whyNoGo } from "../setup/clients/grafana.js";
import { type Case, judgeClients } from "./clients-judge.js";

const yaml = (global: readonly string[], receiver: readonly string[] = []): Record<string, string> => ({
  "alertmanager.yml": `global:
  smtp_from: app@example.com
${global.map((line) => `  smtp_${line}\n`).join("")}
route:
  receiver: mail
  group_wait: 0s
receivers:
  - name: mail
    email_configs:
      - to: you@example.com
${receiver.map((line) => `        ${line}\n`).join("")}`,
});
const to = (port: number, ...lines: string[]) => yaml([`smarthost: "@HOST@:${port}"`, ...lines]);
const login = ["auth_username: me", "auth_password: hunter2"];
const clear = "require_tls: false";
const unchecked = "tls_config: { insecure_skip_verify: true }";

const alertmanagerCases: readonly Case[] = [
  ["by default", to(587)],
  ["by default, with a login", to(587, ...login)],
  ["no TLS required", to(587, clear)],
  ["no TLS required, with a login", to(587, clear, ...login)],
  // 0.25 wants STARTTLS within TLS where require_tls holds, and sends nothing there.
  ["port 465", to(465, clear)],
  ["port 465, with a login", to(465, clear, ...login)],
  ["port 25", to(25)],
  ["port 2525", to(2525, "require_tls: true", "hello: client.example")],
  ["a user without a password", to(587, "auth_username: me"), ["clientAuth"]],
  ["no port", yaml(['smarthost: "@HOST@"']), ["clientPort", "clientTls"]],
  ["a receiver's own server", yaml([], [`smarthost: "@HOST@:587"`, unchecked])],
  ["a receiver's own server on 465", yaml([], [`smarthost: "@HOST@:465"`, clear, unchecked])],
  ["a receiver's own login", yaml([], [`smarthost: "@HOST@:587"`, clear, ...login])],
];

const ini = (...lines: string[]): Record<string, string> => ({
  "grafana.ini": `[smtp]\nenabled = true\n${lines.map((line) => `${line}\n`).join("")}`,
});
const host = (port: number) => `host = @HOST@:${port}`;
const grafanaLogin = ["user = me", 'password = """hunter2"""'];
const policy = (word: string) => `startTLS_policy = ${word}`;

const grafanaCases: readonly Case[] = [
  ["by default", ini(host(587))],
  // In clear Go's library sends no password by PLAIN but to localhost.
  ["a login", ini(host(587), policy("MandatoryStartTLS"), ...grafanaLogin)],
  ["port 465", ini(host(465), ...grafanaLogin)],
  ["port 465 and a policy", ini(host(465), policy("NoStartTLS"))],
  ["port 25", ini(host(25))],
  ["no port", ini("host = @HOST@"), ["clientPort", "clientTls"]],
  ["opportunistic", ini(host(2525), policy("OpportunisticStartTLS"))],
  ["mandatory", ini(host(587), policy("MandatoryStartTLS"))],
  ["mandatory in lower case", ini(host(587), policy("mandatorystarttls"))],
  ["none", ini(host(587), policy("NoStartTLS"))],
  ["none in lower case", ini(host(587), policy("nostarttls"))],
  ["unchecked", ini(host(587), policy("MandatoryStartTLS"), "skip_verify = true")],
  ["unchecked on 465", ini(host(465), "skip_verify = true")],
];

judgeClients(
  "what clients in Go do is what their settings are read to say",
  [
    ["Alertmanager", alertmanager, alertmanagerCases],
    ["Grafana's mailer", grafana, grafanaCases],
  ],
  whyNoGo(),
);
