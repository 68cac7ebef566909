import fc from "fast-check";
import { clientFacts } from "../../mail/clients/index.js";
import type { ClientProduct } from "../../model/client.js";
import { nothingDeclared } from "../../model/declaration.js";
import { InputError } from "../../model/errors.js";
import { Subjects } from "../../model/subjects.js";
import { clientsIn } from "../../sources/clients/index.js";
import { treeOf } from "../../sources/mail/tree.js";
import { drawn } from "../lab/drawn.js";

/** A file that the client's settings may stand in, what lets its reader come further, and the words of its language. */
type Language = readonly [path: string, heads: readonly string[], words: string];

const noise = `" ' \` : = { } [ ] ( ) , ; # // /* */ \\ $ \${A} \${A:-b} - | > & * ! ? <% %> __proto__ 0 587 465 99999 -1 true false null`;
/** Auth0 and relays of Mail Manager are set by resources: no file holds their settings. */
const languages: Readonly<Record<Exclude<ClientProduct, "auth0" | "mail-manager" | "ses">, Language>> = {
  alertmanager: [
    "alertmanager.yml",
    ["global:\n  smtp_smarthost: "],
    "smtp_smarthost smarthost receivers: email_configs: require_tls",
  ],
  django: [
    "settings.py",
    ["EMAIL_HOST = 'a'\n"],
    "EMAIL_PORT EMAIL_USE_TLS EMAIL_USE_SSL True os.environ['A'] if from import *",
  ],
  gitlab: [
    "gitlab.rb",
    ["gitlab_rails['smtp_enable'] = true\n"],
    "gitlab_rails['smtp_address'] gitlab_rails['smtp_tls'] ENV['A']",
  ],
  grafana: [
    "grafana.ini",
    ["[smtp]\nenabled = true\nhost = "],
    "[smtp] host user startTLS_policy skip_verify $__env{A} smtp.example.net:587",
  ],
  keycloak: [
    "realm.json",
    ['{"smtpServer":{"host":"a",'],
    '"smtpServer" "port" "starttls" "ssl" "password" "**********"',
  ],
  laravel: [".env", ["MAIL_MAILER=smtp\n"], "MAIL_HOST MAIL_PORT MAIL_URL MAIL_ENCRYPTION smtp://a:b@c:1 smtps://"],
  msmtp: [
    ".msmtprc",
    ["account a\nhost b\n", "defaults\n"],
    "account default : a host port tls on off tls_starttls auth user password passwordeval",
  ],
  nodemailer: [
    "mail.js",
    ["createTransport({ host: 'a', ", "createTransport('smtp"],
    "createTransport( secure requireTLS auth: user: pass: process.env.A tls: rejectUnauthorized",
  ],
  rails: [
    "config/environments/production.rb",
    ["config.action_mailer.smtp_settings = { address: 'a', "],
    "config.action_mailer.smtp_settings[:port] delivery_method :smtp ENV.fetch('A') enable_starttls: openssl_verify_mode:",
  ],
  sentry: ["config.yml", ["mail.host: a\n"], "mail.port mail.use-tls mail.username mail.password"],
  spring: [
    "application.yml",
    ["spring:\n  mail:\n    host: a\n"],
    "spring: mail: port: properties: mail.smtp.starttls.enable mail.smtp.ssl.trust",
  ],
  ssmtp: ["ssmtp.conf", ["mailhub=a:587\n"], "mailhub UseTLS UseSTARTTLS AuthUser AuthPass YES"],
  symfony: [
    ".env",
    ["MAILER_DSN="],
    "MAILER_DSN smtp://a:b@c:587 smtps:// ?verify_peer=0 &encryption= null://null %40",
  ],
  wordpress: [
    "wp-config.php",
    ["define('WPMS_ON', true);\n"],
    "define( WPMS_SMTP_HOST WPMS_SMTP_PORT WPMS_SSL getenv('A') );",
  ],
};

async function outcome(path: string, text: string): Promise<"facts" | "refused"> {
  try {
    const tree = treeOf(new Map([[path, text]]), (each) => each);
    const clients = clientsIn(tree, { origin: "planned", idOf: (each) => each });
    await clientFacts({ clients, definitions: [] }, new Subjects(nothingDeclared));
    return "facts";
  } catch (error) {
    if (error instanceof InputError) return "refused";
    throw error;
  }
}

const { seed, count } = drawn("made-up texts of mail clients", 100);

describe.each(Object.entries(languages))("%s", (_, [path, heads, words]) => {
  const word = fc.constantFrom(...`${words} ${noise}`.split(/\s+/));
  const part = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(word, fc.constantFrom(" ", " ", "\n", "\n  ", "")).map((each) => each.join("")) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  );
  const text = fc
    .tuple(fc.constantFrom("", ...heads), fc.array(part, { maxLength: 40 }))
    .map(([head, parts]) => head + parts.join(""));

  it("whatever the file holds, it is read or an InputError says why not", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (made) => {
        await outcome(path, made);
      }),
      { seed, numRuns: count },
    );
  }, 36_000_000);

  it.each([`${words}\n`, "x ", "x = y\n", '"', "{", "\\\n", "# x\n"])("%j many times ends", async (unit) => {
    const made = `${heads[0]}${unit.repeat(Math.floor(100_000 / unit.length))}`;
    expect(await outcome(path, made)).toMatch(/^(facts|refused)$/);
  });
});
