import { posix } from "node:path";
import type { ClientDefinition, ClientProduct, ClientSettings } from "../../model/client.js";
import { InputError } from "../../model/errors.js";
import { isUnknown, unknown } from "../../model/maybe.js";
import { directoryOf, type FileTree } from "../mail/tree.js";
import { composeReader, isCompose, isOwnCompose, type ReadCompose, withoutFile, withSecretFiles } from "./compose.js";
import { gitlabRb, phpDefines, python, railsConfig, transports } from "./formats/code.js";
import { dotenv, ini, msmtprc, properties, ssmtpConf } from "./formats/lines.js";
import { checkMsmtprc } from "./formats/msmtp-commands.js";
import { yaml } from "./formats/yaml.js";
import { realm } from "./realm.js";
import type { ClientSource } from "./source.js";

/** One line a client. */
const clients: Readonly<Record<ClientProduct, readonly ClientSource[]>> = {
  alertmanager: [
    {
      files: /(^|\/)alertmanager[\w.-]*\.ya?ml$/,
      content: /smtp_smarthost|smarthost/,
      read: yaml(/^(global|receivers)$/),
    },
  ],
  auth0: [],
  django: [
    {
      files: /(^|\/)settings(\/\w+)?\.py$/,
      content: /^\s*EMAIL_/m,
      read: python,
      pin: { file: "requirements.txt", line: /^django\s*==\s*([\d.]+)/im },
    },
  ],
  gitlab: [{ files: /(^|\/)gitlab\.rb$/, read: gitlabRb }],
  grafana: [{ files: /(^|\/)(grafana|custom)\.ini$/, read: ini, variables: /^GF_SMTP_/ }],
  keycloak: [{ files: /\.json$/, content: /"smtpServer"\s*:/, read: realm }],
  laravel: [{ variables: /^MAIL_(MAILER|DRIVER|HOST|PORT|USERNAME|PASSWORD|ENCRYPTION|SCHEME|URL)$/ }],
  // Relays of Mail Manager and what SES delivers are resources (sources/pulumi/mail-manager.ts).
  ...{ "mail-manager": [], ses: [] },
  msmtp: [{ files: /(^|\/)(\.?msmtprc|msmtp\.conf)$/, read: msmtprc, check: checkMsmtprc }],
  nodemailer: [{ files: /\.[cm]?[jt]sx?$/, content: /\bcreateTransport\(/, read: transports }],
  rails: [
    {
      files: /(^|\/)config\/(environments\/\w+|initializers\/\w+|application|environment)\.rb$/,
      content: /smtp_settings/,
      read: railsConfig,
      pin: { file: "Gemfile.lock", line: /^ {4}mail \((\d[\d.]*)\)/m },
    },
  ],
  sentry: [
    {
      files: /(^|\/)config\.ya?ml$/,
      content: /^["']?mail\.\w/m,
      read: yaml(/^mail(\.|$)/),
      variables: /^SENTRY_EMAIL_/,
    },
  ],
  spring: [
    { files: /(^|\/)application(-[\w-]+)?\.ya?ml$/, content: /\bmail\b/, read: yaml(/^spring/i) },
    { files: /(^|\/)application(-[\w-]+)?\.properties$/, content: /spring\.mail\./i, read: properties },
    { variables: /^spring[._]?mail[._]/i },
  ],
  ssmtp: [{ files: /(^|\/)ssmtp\.conf$/, read: ssmtpConf }],
  symfony: [{ variables: /^MAILER_DSN$/ }],
  wordpress: [{ files: /(^|\/)wp-config\.php$/, content: /WPMS_/, read: phpDefines, variables: /^WPMS_/ }],
};

const everySource = Object.entries(clients).flatMap(([product, sources]) =>
  sources.map((source): [ClientProduct, ClientSource] => [product as ClientProduct, source]),
);

/** Whose settings these are. */
export interface Carrier extends Pick<ClientDefinition, "origin" | "hostedBy"> {
  /** The id of the definition that a file makes. */
  readonly idOf: (path: string) => string;
}

const environmentFiles = /(^|\/)(\.env(\.\w+)?|[\w-]+\.env)$/;
/** Templates that people copy and fill in. */
const samples = /\.(example|sample|dist|template)$/;

/** Takes a file that cannot be read, and why; the others are read all the same. */
export type Unread = (path: string, error: InputError) => void;

/** What a file holds; nothing where it cannot be read and somebody takes that. */
export function readable<T>(path: string, unread: Unread | undefined, read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if (!unread || !(error instanceof InputError)) throw error;
    unread(path, error);
    return [];
  }
}

/**
 * Every client in a tree of files, sorted by place.
 * @throws InputError for a file of one that cannot be read, where nobody takes it.
 */
export function clientsIn(
  tree: FileTree,
  carrier: Carrier,
  unread?: Unread,
  compose = composeReader(tree),
): ClientDefinition[] {
  const found = tree.paths.flatMap((path) =>
    readable(path, unread, () => clientsOf(tree, path, carrier, compose, unread !== undefined)),
  );
  // The file that a service reads is no client of its own.
  const readers = readersOf(found);
  const isPart = ({ id }: ClientDefinition) => [...(readers.get(id) ?? [])].some((reader) => reader !== id);
  return found.filter((each) => !isPart(each)).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** By each definition in whose place settings stand (`shop/.env` of `shop/.env:3`): the definitions that have them. */
function readersOf(found: readonly ClientDefinition[]): ReadonlyMap<string, ReadonlySet<string>> {
  const readers = new Map(found.map(({ id }) => [id, new Set<string>()]));
  // A definition alone is read by no other.
  if (readers.size < 2) return readers;
  for (const { id, settings } of found)
    for (const { at } of settings.values())
      for (let end = at.indexOf(":"); end >= 0; end = at.indexOf(":", end + 1)) readers.get(at.slice(0, end))?.add(id);
  return readers;
}

function clientsOf(
  tree: FileTree,
  path: string,
  { idOf, ...carrier }: Carrier,
  compose: ReadCompose,
  isTold: boolean,
): ClientDefinition[] {
  const id = idOf(path);
  return [
    ...inFile(tree, path, isTold).map(([product, settings, version]): ClientDefinition => {
      return { id, product, ...carrier, settings, ...(version === undefined ? {} : { version }) };
    }),
    ...(environmentFiles.test(path) && !samples.test(path)
      ? clientsOfEnvironment(dotenv(tree.text(path) ?? "", tree.at(path)), { ...carrier, id })
      : []),
    ...(isOwnCompose(tree, path)
      ? [...compose(path).environments].flatMap(([service, settings]) =>
          clientsOfEnvironment(settings, { ...carrier, id: `${id} ${service}` }),
        )
      : []),
  ];
}

const omnibus = "GITLAB_OMNIBUS_CONFIG";

/** Whether any of these variables is a client's own, or names the file that holds one. */
export function concernsClients(names: Iterable<string>): boolean {
  const isOwn = (name: string) => name === omnibus || everySource.some(([, { variables }]) => variables?.test(name));
  for (const name of names) if (isOwn(name) || isOwn(withoutFile(name) ?? "")) return true;
  return false;
}

/** Whether a file of this name may hold settings of a client; what it holds is not looked at. */
export function mayHoldClients(path: string): boolean {
  return (
    environmentFiles.test(path) || isCompose(path) || everySource.some(([, { files }]) => files?.test(path) === true)
  );
}

/** The clients that an environment's variables are for. */
export function clientsOfEnvironment(
  environment: ClientSettings,
  whose: Pick<ClientDefinition, "id" | "origin" | "hostedBy">,
): ClientDefinition[] {
  // Most environments are for something else.
  if (!concernsClients(environment.keys())) return [];
  const settings = withSecretFiles(environment);
  const found = everySource.flatMap(([product, { variables }]) => {
    const isFor = variables !== undefined && [...settings.keys()].some((name) => variables.test(name));
    return isFor ? [{ ...whose, product, settings }] : [];
  });
  const config = settings.get(omnibus);
  if (config === undefined || isUnknown(config.value)) return found;
  // Its lines stand within one value: the variable is the place.
  const lines = [...gitlabRb(config.value, config.at)].map(
    ([name, { value }]) => [name, { value, at: config.at }] as const,
  );
  return [...found, { ...whose, product: "gitlab", settings: new Map(lines) }];
}

/** @param isTold whether somebody takes the errors of a program that does not start with its file; else its settings are open. */
function inFile(tree: FileTree, path: string, isTold: boolean): [ClientProduct, ClientSettings, string | undefined][] {
  return everySource.flatMap(([product, { files, content, read, check, pin }]) => {
    if (!read || !files?.test(path)) return [];
    const text = textOf(tree, path, content !== undefined);
    if (text === undefined || content?.test(text) === false) return [];
    const refused = refusal(() => check?.(text, tree.at(path)));
    if (refused && isTold) throw refused;
    const settings = read(text, tree.at(path));
    const open = unknown(`settings that ${product} starts with (${refused?.where})`);
    const own = refused ? new Map([...settings].map(([name, each]) => [name, { ...each, value: open }])) : settings;
    return [[product, own, pin && pinned(tree, path, pin)]];
  });
}

function refusal(check: () => void): InputError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/** A file of a common name that cannot be read may be anybody's. */
function textOf(tree: FileTree, path: string, isCommon: boolean): string | undefined {
  try {
    return tree.text(path);
  } catch (error) {
    if (isCommon) return undefined;
    throw error;
  }
}

/** What the nearest file of that name around a file pins. */
function pinned(tree: FileTree, path: string, { file, line }: NonNullable<ClientSource["pin"]>): string | undefined {
  for (let directory = directoryOf(path); ; directory = directoryOf(directory)) {
    const beside = posix.join(directory, file);
    if (tree.has(beside)) return line.exec(textOf(tree, beside, true) ?? "")?.[1];
    if (directory === "") return undefined;
  }
}
