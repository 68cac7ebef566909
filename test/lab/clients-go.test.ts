import { alertmanager } from "../setup/clients/alertmanager.js";
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

const cases: readonly Case[] = [
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
  ["a receiver's own server", yaml([], [`smarthost: "@HOST@:587"`, unchecked])],
  ["a receiver's own server on 465", yaml([], [`smarthost: "@HOST@:465"`, clear, unchecked])],
  ["a receiver's own login", yaml([], [`smarthost: "@HOST@:587"`, clear, ...login])],
];

judgeClients("what Alertmanager does is what its settings are read to say", [["Alertmanager", alertmanager, cases]]);
