import type { Bag } from "./bag.js";
import type { Client } from "./client.js";
import { rubyClient } from "./rails.js";

/** `gitlab_rails['smtp_…']` of gitlab.rb (GitLab, "SMTP settings"): Action Mailer's settings under other names. */
export function gitlab(bag: Bag): Client[] {
  if (bag.flag("smtp_enable", false) === false) return [];
  return [rubyClient(bag, "smtp_", undefined)];
}
