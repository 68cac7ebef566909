import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { django, msmtp, nodemailer, ssmtp } from "../setup/clients/small.js";
import { type Case, type Client, judgeClients } from "./clients-judge.js";

const rc = (...lines: string[]): Record<string, string> => ({
  msmtprc: ["account default", "host @HOST@", "port @PORT@", "tls_trust_file @CA@", ...lines, ""].join("\n"),
});
const settings = (version: string, ...lines: string[]): Record<string, string> => ({
  "settings.py": ["EMAIL_HOST = '@HOST@'", "EMAIL_PORT = @PORT@", "EMAIL_TIMEOUT = 5", ...lines, ""].join("\n"),
  "requirements.txt": `Django==${version}\n`,
});
const hub = (...lines: string[]): Record<string, string> => ({
  "ssmtp.conf": ["root=postmaster", "hostname=client.example", "FromLineOverride=YES", ...lines, ""].join("\n"),
});
const options = (...lines: string[]): Record<string, string> => ({
  "mailer.cjs": `const nodemailer = require(process.env.NODE_PATH + "/nodemailer");
const transport = nodemailer.createTransport({
  host: "@HOST@", // the server
  port: @PORT@,
${lines.map((line) => `  ${line},\n`).join("")}});
transport.sendMail({ from: "app@example.com", to: "you@example.com", text: "hello" });
`,
});
const url = (text: string): Record<string, string> => ({
  "mailer.cjs": `const nodemailer = require(process.env.NODE_PATH + "/nodemailer");
const transport = nodemailer.createTransport("${text}");
transport.sendMail({ from: "app@example.com", to: "you@example.com", text: "hello" });
`,
});
/** The files of examples/clients, pointed at the lab's server. */
const example = (name: string): Record<string, string> => {
  const directory = join("examples/clients", name);
  const texts = readdirSync(directory).map((file): [string, string] => [
    file,
    readFileSync(join(directory, file), "utf8")
      .replace("smtp.example.net", "@HOST@")
      .replace('require("nodemailer")', 'require(process.env.NODE_PATH + "/nodemailer")')
      .replace("tls on\n", "tls on\ntls_trust_file @CA@\n"),
  ]);
  return Object.fromEntries(texts);
};
const login = ["auth plain", "user me", "password hunter2"];
const djangoLogin = ["EMAIL_HOST_USER = 'me'", "EMAIL_HOST_PASSWORD = 'hunter2'"];
const nodeLogin = 'auth: { user: "me", pass: "hunter2" }';

const ssmtpLogin = ["AuthUser=me", "AuthPass=hunter2"];

const djangoCases = (version: string): Case[] => [
  ["no TLS", settings(version)],
  ["no TLS, with a login", settings(version, ...djangoLogin)],
  ["USE_TLS", settings(version, "EMAIL_USE_TLS = True", ...djangoLogin)],
  ["USE_SSL", settings(version, "EMAIL_USE_SSL = True")],
  ["a user without a password", settings(version, "EMAIL_HOST_USER = 'me'")],
];

const clients: readonly Client[] = [
  [
    "msmtp",
    msmtp,
    [
      ["examples/clients", example("msmtp")],
      ["by default", rc()],
      ["no port", { msmtprc: "host @HOST@\ntls on\ntls_trust_file @CA@\n" }],
      ["no port, in clear", { msmtprc: "account default\nhost @HOST@\n" }],
      ["no port, from the first byte", { msmtprc: "host @HOST@\ntls on\ntls_starttls off\ntls_trust_file @CA@\n" }],
      ["tls without a trust file", { msmtprc: "host @HOST@\nport 587\ntls\n" }],
      ["auth on, without a user", rc("tls on", "auth on"), ["clientAuth"]],
      ["auth login", rc("tls on", "auth login", "user me", "password hunter2")],
      ["a switch alone", rc("tls", ...login)],
      ["a fingerprint", { msmtprc: "host @HOST@\nport 587\ntls on\ntls_fingerprint @FINGERPRINT@\n" }],
      ["a login in clear", rc(...login)],
      ["tls on", rc("tls on")],
      ["tls on, with a login", rc("tls on", ...login)],
      ["tls on, unchecked", { msmtprc: "account default\nhost @HOST@\nport @PORT@\ntls on\ntls_certcheck off\n" }],
      ["tls_nocertcheck", { msmtprc: "account default\nhost @HOST@\nport @PORT@\ntls on\ntls_nocertcheck\n" }],
      ["tls_nostarttls", rc("tls on", "tls_nostarttls", ...login)],
      ["tls from the first byte", rc("tls on", "tls_starttls off", ...login)],
      ["tls_starttls off alone", rc("tls_starttls off")],
      ["auth off beside a user", rc("auth off", "user me", "password hunter2")],
      ["defaults", { msmtprc: `defaults\ntls on\ntls_trust_file @CA@\n\n${rc().msmtprc}` }],
      [
        "an account that takes over another",
        {
          msmtprc: `account base\ntls on\n${login.join("\n")}\n\n${rc().msmtprc?.replace("account default", "account main : base\ntls_starttls on")}\naccount default : main\n`,
        },
      ],
    ],
  ],
  [
    "ssmtp",
    ssmtp,
    [
      ["port 25", hub("mailhub=@HOST@")],
      ["a port", hub("mailhub=@HOST@:587")],
      ["port 465 alone", hub("mailhub=@HOST@:465")],
      ["UseTLS", hub("mailhub=@HOST@:465", "UseTLS=YES", ...ssmtpLogin)],
      ["UseTLS in lower case", hub("mailhub=@HOST@:465", "usetls=yes")],
      ["UseTLS by another word", hub("mailhub=@HOST@:465", "UseTLS=on")],
      ["UseSTARTTLS", hub("mailhub=@HOST@:587", "UseSTARTTLS=YES", ...ssmtpLogin)],
      ["both", hub("mailhub=@HOST@:587", "UseTLS=YES", "UseSTARTTLS=YES")],
      ["a login in clear", hub("mailhub=@HOST@:587", ...ssmtpLogin)],
      ["a user without a password", hub("mailhub=@HOST@:587", "AuthUser=me")],
      ["a login by LOGIN", hub("mailhub=@HOST@:587", "AuthMethod=LOGIN", ...ssmtpLogin)],
      ["an authority", hub("mailhub=@HOST@:465", "UseTLS=YES", "TLS_CA_File=@CA@")],
    ],
  ],
  ["Django 4.1", (lab) => django(lab, "4.1.13"), djangoCases("4.1.13")],
  ["Django 5.2", (lab) => django(lab, "5.2"), [["examples/clients", example("django")], ...djangoCases("5.2")]],
  [
    "nodemailer",
    (lab) => nodemailer(lab, "7.0.6"),
    [
      ["examples/clients", example("node")],
      ["by default", options()],
      ["a login", options(nodeLogin)],
      ["secure", options("secure: true", nodeLogin)],
      ["secure, unchecked", options("secure: true", "tls: { rejectUnauthorized: false }")],
      ["requireTLS", options("requireTLS: true", nodeLogin)],
      ["ignoreTLS", options("ignoreTLS: true", nodeLogin)],
      ["ignoreTLS and requireTLS", options("ignoreTLS: true", "requireTLS: true")],
      ["unchecked", options("tls: { rejectUnauthorized: false }")],
      ["a URL", url("smtp://me:hunter2@@HOST@:@PORT@")],
      ["a URL of smtps", url("smtps://@HOST@:@PORT@")],
    ],
  ],
];

judgeClients("what small clients do is what their settings are read to say", clients);
