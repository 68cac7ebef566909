import { didYouMean } from "../../model/nearest.js";
import { elsewhere24, type Kind, settings24 } from "./setting-names-24.js";
import { type Stops, stops, Undecided } from "./syntax.js";

/** The innermost block with a name of Dovecot's: `ssl_server`, `passdb pam`. */
export interface Section {
  readonly kind: string;
  /** Undefined for a block of which there is one. */
  readonly called?: string;
}

export interface Found {
  /** The whole name, `inet_listener_port` where the block's line says `port`. */
  readonly name: string;
  readonly kind: Kind;
  /** It is set for all that surrounds the block: `ssl_server { cert_file }`. */
  readonly outside?: true;
}

/**
 * The setting that a line in a block means: names there may leave out what the block is called (src/config/config-parser.c,
 * config_apply_line_full).
 * @throws Stops for a name that no release has; Undecided for one of another release or plugin.
 */
export function settingIn(section: Section | undefined, key: string, at: string): Found {
  for (const name of section?.called === undefined ? [] : prefixed(section, key)) {
    const kind = prefixable(name);
    if (kind) return { name, kind };
  }
  if (section && section.called === undefined) {
    const name = key.startsWith(`${section.kind}_`) ? key : `${section.kind}_${key}`;
    const kind = prefixable(name);
    if (kind) return { name, kind, outside: true };
  }
  const kind = settings24.get(key);
  if (kind) return { name: key, kind };
  throw unknownName(section, key, at);
}

/**
 * The block that a line in a block begins.
 * @throws as settingIn.
 */
export function blockIn(section: Section | undefined, key: string, at: string): Found {
  for (const name of section ? prefixed(section, key) : []) {
    const kind = prefixable(name);
    if (kind) return { name, kind };
  }
  const kind = settings24.get(key);
  if (kind) return { name: key, kind };
  throw unknownName(section, key, at);
}

function prefixed({ kind, called }: Section, key: string): string[] {
  const short = `${kind}_${key}`;
  return called === undefined ? [short] : [`${kind}_${called.replaceAll("/", "_")}_${key}`, short];
}

/** Blocks of which there is one take part under their whole name alone. */
function prefixable(name: string): Kind | undefined {
  const kind = settings24.get(name);
  return kind === "block" ? undefined : kind;
}

function unknownName(section: Section | undefined, key: string, at: string): Stops | Undecided {
  const names = [...(section ? prefixed(section, key) : []), key];
  const elsewhere = names.find((name) => elsewhere24.has(name));
  if (elsewhere === undefined) {
    const known = section
      ? [...settings24.keys()].flatMap((name) =>
          name.startsWith(`${section.kind}_`) ? [name, name.slice(section.kind.length + 1)] : [name],
        )
      : settings24.keys();
    return stops(at, `${key} is no setting of Dovecot 2.4${within(section)}${didYouMean(key, known)}`);
  }
  return new Undecided([`whether this release of Dovecot has ${elsewhere}, which Debian's 2.4.1 has not (${at})`], at);
}

function within(section: Section | undefined): string {
  return section ? `, in ${section.kind} neither` : "";
}
