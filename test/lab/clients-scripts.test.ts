import { phpMailer, rails, symfony } from "../setup/clients/scripts.js";
import { type Case, judgeClients } from "./clients-judge.js";

const dsn = (text: string): Record<string, string> => ({ ".env": `MAILER_DSN="${text}"\n` });

const symfonyCases: readonly Case[] = [
  ["no port", dsn("smtp://@HOST@")],
  ["a port", dsn("smtp://@HOST@:587")],
  ["a login", dsn("smtp://me:hunter2@@HOST@:587")],
  ["a user without a password", dsn("smtp://me@@HOST@:587")],
  ["port 25", dsn("smtp://@HOST@:25")],
  ["port 465", dsn("smtp://me:hunter2@@HOST@:465")],
  ["smtps", dsn("smtps://@HOST@")],
  ["smtps on another port", dsn("smtps://me:hunter2@@HOST@:587")],
  ["unchecked", dsn("smtp://@HOST@:587?verify_peer=0")],
  ["unchecked in words", dsn("smtps://@HOST@?verify_peer=false")],
  ["checked in words", dsn("smtps://@HOST@?verify_peer=true")],
  ["other options", dsn("smtp://me:hunter2@@HOST@:2525?local_domain=client.example&restart_threshold=10")],
];

const defines = (...pairs: [string, string | number | boolean][]): Record<string, string> => ({
  "wp-config.php": `<?php\n${[["ON", true], ["MAILER", "smtp"], ["SMTP_HOST", "@HOST@"], ...pairs]
    .map(([name, value]) => `define( 'WPMS_${name}', ${typeof value === "string" ? `'${value}'` : value} );\n`)
    .join("")}`,
});
const wordpressLogin: [string, string | boolean][] = [
  ["SMTP_AUTH", true],
  ["SMTP_USER", "me"],
  ["SMTP_PASS", "hunter2"],
];
const submission: [string, number] = ["SMTP_PORT", 587];

const wordpressCases: readonly Case[] = [
  ["by default", defines()],
  ["a port", defines(submission)],
  ["a login", defines(submission, ...wordpressLogin)],
  ["a login without SMTP_AUTH", defines(submission, ["SMTP_USER", "me"], ["SMTP_PASS", "hunter2"])],
  ["no automatic TLS", defines(submission, ["SMTP_AUTOTLS", false], ...wordpressLogin)],
  ["tls", defines(submission, ["SSL", "tls"], ...wordpressLogin)],
  ["tls without automatic TLS", defines(submission, ["SSL", "tls"], ["SMTP_AUTOTLS", false])],
  ["ssl", defines(["SMTP_PORT", 465], ["SSL", "ssl"], ...wordpressLogin)],
  ["ssl on another port", defines(["SMTP_PORT", 2525], ["SSL", "ssl"])],
  ["port 465 alone", defines(["SMTP_PORT", 465])],
];

const settings = (...lines: string[]): Record<string, string> => ({
  "config/environments/production.rb": `Rails.application.configure do
  config.action_mailer.delivery_method = :smtp
  config.action_mailer.smtp_settings = {
    address: "@HOST@",
${lines.map((line) => `    ${line},\n`).join("")}  }
end
`,
});
const port = "port: 587";
const railsLogin = ['user_name: "me"', 'password: "hunter2"'];

const railsCases: readonly Case[] = [
  ["by default", settings()],
  ["a port", settings(port)],
  ["a login", settings(port, ...railsLogin)],
  ["a login by a method", settings(port, ...railsLogin, "authentication: :login")],
  ["a user without a password", settings(port, 'user_name: "me"'), ["clientAuth"]],
  ["STARTTLS as it may", settings(port, "enable_starttls_auto: true", ...railsLogin)],
  ["no STARTTLS", settings(port, "enable_starttls_auto: false", ...railsLogin), ["clientTls"]],
  ["STARTTLS never, which is as it may", settings(port, "enable_starttls: false")],
  ["STARTTLS by a word", settings(port, "enable_starttls: :auto"), ["clientTls"]],
  ["STARTTLS always", settings(port, "enable_starttls: true", ...railsLogin)],
  ["STARTTLS always, not as it may", settings(port, "enable_starttls: true", "enable_starttls_auto: false")],
  ["tls", settings("port: 465", "tls: true", ...railsLogin)],
  ["ssl", settings("port: 465", "ssl: true", ...railsLogin)],
  ["tls and STARTTLS", settings("port: 465", "tls: true", "enable_starttls: true")],
  ["tls without a port", settings("tls: true")],
  ["port 465 alone", settings("port: 465")],
  ["unchecked", settings(port, 'openssl_verify_mode: "none"')],
  ["unchecked by a constant", settings(port, "openssl_verify_mode: OpenSSL::SSL::VERIFY_NONE")],
  ["unchecked from the first byte", settings("port: 465", "tls: true", 'openssl_verify_mode: "none"')],
  ["checked", settings(port, 'openssl_verify_mode: "peer"')],
  [
    "names in quotes",
    {
      "config/environments/production.rb": `Rails.application.configure do
  config.action_mailer.smtp_settings = { address: "@HOST@", port: 2525, "enable_starttls": true }
end
`,
    },
  ],
];

judgeClients("what clients in PHP and Ruby do is what their settings are read to say", [
  ["Symfony Mailer", symfony, symfonyCases],
  ["PHPMailer as WP Mail SMTP sets it", phpMailer, wordpressCases],
  ["Rails", rails, railsCases],
]);
