import type { Origin } from "./fact.js";
import type { Maybe } from "./maybe.js";

/** The programs whose SMTP settings are read; a new one is a name here, a file in mail/clients/ and a line in sources/clients/. */
export type ClientProduct =
  | "alertmanager"
  | "auth0"
  | "django"
  | "gitlab"
  | "grafana"
  | "keycloak"
  | "laravel"
  | "mail-manager"
  | "msmtp"
  | "nodemailer"
  | "rails"
  | "sentry"
  | "ses"
  | "spring"
  | "ssmtp"
  | "symfony"
  | "wordpress";

/** One setting of a client, under the name that its own documentation gives it. */
export interface Setting {
  /** Booleans and numbers as they are written; unknown where a variable or template decides, with its name. */
  readonly value: Maybe<string>;
  /** `file:line`, `URN#path`. */
  readonly at: string;
  /** It stands in a store for secrets (a Secret, an encrypted value, a file of its own); its value is never shown. */
  readonly isSecret?: boolean;
}

export type ClientSettings = ReadonlyMap<string, Setting>;

/** A program that sends mail, as its settings were found: in a file, in an environment, in a resource. */
export interface ClientDefinition {
  /** The file, `file service`, or `URN`. */
  readonly id: string;
  readonly product: ClientProduct;
  readonly origin: Exclude<Origin, "observed">;
  readonly settings: ClientSettings;
  /** The `id` of the network interface of the machine or workload that runs it, when known. */
  readonly hostedBy?: string;
  /** Where settings may stand that are not at hand: a Secret that the program does not make. Absent: nowhere. */
  readonly elsewhere?: readonly string[];
  /** The product's version where a file beside it pins one (`4.2.7`). */
  readonly version?: string;
}
