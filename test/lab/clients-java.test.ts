import { keycloak, spring, whyNoJava } from "../setup/clients/java.js";
import { type Case, type Client, judgeClients } from "./clients-judge.js";

/** Lines below `spring.mail`; `smtp.` and `smtps.` stand for the properties of Jakarta Mail. */
const mail = (...lines: string[]): Record<string, string> => ({
  "application.properties": ["host=@HOST@", ...lines]
    .map((line) => `spring.mail.${line.replace(/^smtps?\./, "properties.mail.$&")}\n`)
    .join(""),
});
const port = "port=587";
const login = ["username=me", "password=hunter2"];
const [starttls, required] = ["smtp.starttls.enable=true", "smtp.starttls.required=true"];
const identity = "smtp.ssl.checkserveridentity=true";
const noIdentity = "smtp.ssl.checkserveridentity=false";

const springCases: readonly Case[] = [
  ["by default", mail()],
  ["a login in clear", mail(port, ...login)],
  ["a user without a password", mail(port, "username=me")],
  ["a login that is switched off", mail(port, "smtp.auth=false", ...login)],
  ["starttls", mail(port, starttls, identity)],
  ["starttls, with a login", mail(port, starttls, identity, "smtp.auth=true", ...login)],
  ["starttls required", mail(port, starttls, required, identity, ...login)],
  ["starttls required alone", mail(port, required, identity)],
  ["starttls, whoever it is", mail(port, starttls, noIdentity)],
  ["starttls, whatever it shows", mail(port, starttls, required, identity, "smtp.ssl.trust=*")],
  ["starttls with a trusted host", mail(port, starttls, required, identity, "smtp.ssl.trust=@HOST@")],
  ["ssl", mail("port=465", "smtp.ssl.enable=true", identity, ...login)],
  ["ssl without a port", mail("smtp.ssl.enable=true", identity)],
  ["ssl and starttls", mail("port=465", "smtp.ssl.enable=true", starttls, required, identity)],
  ["ssl.enabled", mail("port=465", "ssl.enabled=true", identity), ["clientTls"]],
  ["smtps", mail("protocol=smtps", "smtps.ssl.checkserveridentity=true", ...login)],
  ["smtps with a port", mail("protocol=smtps", "port=587", "smtps.ssl.checkserveridentity=true")],
  [
    "smtps with properties of smtp",
    mail("protocol=smtps", "port=465", "smtp.ssl.trust=*", identity),
    ["clientVerifiesCertificate"],
  ],
  ["smtp with properties of smtps", mail("port=465", "smtps.ssl.enable=true", "smtps.ssl.trust=*")],
  ["port 465 alone", mail("port=465")],
  [
    "YAML",
    {
      "application.yml": `spring:
  mail:
    host: "@HOST@"
    port: 587
    username: me
    password: hunter2
    properties:
      mail:
        smtp:
          starttls: { enable: true, required: true }
          ssl.checkserveridentity: true
`,
    },
  ],
  ["nothing of whose certificate it is", mail(port, starttls, required), ["clientVerifiesCertificate"]],
];

const realm = (settings: Readonly<Record<string, string>>): Record<string, string> => ({
  "realm.json": JSON.stringify(
    { realm: "lab", smtpServer: { host: "@HOST@", from: "app@example.com", ...settings } },
    null,
    2,
  ),
});
const user = { auth: "true", user: "me", password: "hunter2" };
/** What checks certificates is not in a realm. */
const check = ["clientVerifiesCertificate"] as const;

const keycloakCases: readonly Case[] = [
  ["by default", realm({})],
  ["a port", realm({ port: "587", starttls: "false", ssl: "false", auth: "false" })],
  ["a login in clear", realm({ port: "587", ...user })],
  ["a login that is switched off", realm({ port: "587", ...user, auth: "false" })],
  ["starttls", realm({ port: "587", starttls: "true", ...user }), check],
  ["ssl", realm({ port: "465", ssl: "true", ...user }), check],
  ["ssl without a port", realm({ ssl: "true" }), check],
  ["ssl and starttls", realm({ port: "465", ssl: "true", starttls: "true" }), check],
  ["port 465 alone", realm({ port: "465" })],
];

judgeClients(
  "what clients in Java do is what their settings are read to say",
  [
    ...["2.7.18", "4.0.0"].map(
      (version): Client => [`Spring Boot ${version}`, (lab) => spring(lab, version), springCases],
    ),
    ["Keycloak", keycloak, keycloakCases],
  ],
  whyNoJava(),
);
