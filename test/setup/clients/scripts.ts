import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unpacked } from "../unpacked.js";
import type { ClientLab, Sender } from "./lab.js";
import { worker } from "./worker.js";

const here = dirname(fileURLToPath(import.meta.url));

/** Symfony's mailer of Debian, as SymfonySender.php uses it. */
export function symfony(lab: ClientLab): Sender {
  const root = unpacked("php-symfony", ["php-cli", "php-symfony-mailer", "php-symfony-dotenv", "php8.2-mbstring"]);
  return php(lab, root, "SymfonySender.php");
}

/** PHPMailer of Debian, as PhpMailerSender.php uses it. */
export function phpMailer(lab: ClientLab): Sender {
  return php(lab, unpacked("php-phpmailer", ["php-cli", "libphp-phpmailer", "php8.2-mbstring"]), "PhpMailerSender.php");
}

function php(lab: ClientLab, root: string, script: string): Sender {
  return ({ directory }) => lab.run("php8.2", ["-d", "extension=mbstring", join(here, script), directory], { root });
}

/** Rails of Debian, as rails_sender.rb starts it. */
export function rails(lab: ClientLab): Sender {
  const root = unpacked("rails", ["ruby", "ruby-railties", "ruby-actionmailer", "ruby-mail"]);
  return worker(lab, "ruby", [join(here, "rails_sender.rb")], { root, environment: { RAILS_ENV: "production" } });
}
