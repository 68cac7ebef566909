import type { PublishedPort } from "./container.js";
import type { Origin } from "./fact.js";

/** A server that a cloud runs: its settings are inputs of a resource, each under its name in `files`. */
export type HostedProduct = "mail-manager";

/** The servers whose configurations are read; a new one is a name here, a folder in mail/ and a reader in sources/mail/. */
export type MailProduct =
  | "postfix"
  | "dovecot"
  | "haraka"
  | "maddy"
  | "exim"
  | "opensmtpd"
  | "courier"
  | "sendmail"
  | "exchange"
  | "stalwart";

/**
 * A setting or service that a command writes over the files (Postfix's postconf(1)), without a value: takes away. With a
 * `service` (`submission/inet`) and a `name` it is an option of that service, without a name the service's whole line.
 */
export interface Change {
  readonly service?: string;
  readonly name?: string;
  readonly value?: string;
  readonly at: string;
}

/** A file's text; `at` is what evidence names before the line number. */
export interface MailFile {
  readonly at: string;
  readonly text: string;
}

/** A mail server's configuration, wherever it was found: a directory, a ConfigMap, cloud-init user data. */
export interface MailDefinition {
  /** A directory, or `URN#property.path`; unique in the estate. */
  readonly id: string;
  readonly product: MailProduct | HostedProduct;
  readonly origin: Exclude<Origin, "observed">;
  /** The files by their path below the configuration directory (`main.cf`, `conf.d/10-ssl.conf`). */
  readonly files: Readonly<Record<string, MailFile>>;
  /** The `id` of the network interface of the machine that carries it, when known. */
  readonly hostedBy?: string;
  /** The ports before it that lead to its own: of a Service, of a node. The first that leads to a port stands for it. */
  readonly published?: readonly PublishedPort[];
  /** The product's version when declared (`3.7`); else the oldest and newest supported ones must agree. */
  readonly version?: string;
  /** What commands change in the files, in their order. */
  readonly changes?: readonly Change[];
  /** What may change the files, or decide which are read, and is not worked out: then nothing that they say is certain. */
  readonly changedBy?: readonly string[];
  /**
   * Whether files that its lines about TLS name by absolute paths are there; absent where it was not read at the place where
   * the server itself reads it.
   */
  readonly onMachine?: Readonly<Record<string, boolean>>;
  /** Inputs that are unknown before deployment and make parts of the definition unreadable. */
  readonly missing: readonly string[];
}
