import { defaultZone } from "./firewalld-defaults.js";
import { richRuleXml } from "./firewalld-language.js";

interface Zone {
  readonly at: string;
  target: string;
  elements: { readonly xml: string; readonly at: string }[];
}

/** The zones of firewalld's package as commands change them, written as firewalld writes its files. */
export class Edits {
  private readonly zones = new Map<string, Zone>();
  private chosen: { readonly name: string; readonly at: string } | undefined;

  choose(name: string, at: string): boolean {
    if (this.zone(name) === undefined) return false;
    this.chosen = { name, at };
    return true;
  }

  create(name: string, at: string): boolean {
    if (this.zone(name) === undefined) this.zones.set(name, { at, target: "default", elements: [] });
    return true;
  }

  /** False where the zone or the target is not known; so with every change. */
  aim(name: string | undefined, target: string, at: string): boolean {
    const zone = this.zone(name);
    if (zone === undefined || !/^(?:default|ACCEPT|DROP|REJECT|%%REJECT%%)$/.test(target)) return false;
    this.zones.set(name ?? this.fallback, { ...zone, at, target: target === "REJECT" ? "%%REJECT%%" : target });
    return true;
  }

  change(verb: "add" | "remove", name: string | undefined, kind: string, value: string, at: string): boolean {
    const zone = this.zone(name);
    const xml = elementOf(kind, value);
    if (zone === undefined || xml === undefined) return false;
    const others = zone.elements.filter((each) => each.xml !== xml);
    zone.elements = verb === "remove" ? others : [...others, { xml, at }];
    return true;
  }

  /** Files below `directory`, and the commands behind their lines by `file:line`. */
  written(directory: string): { files: ReadonlyMap<string, string>; places: ReadonlyMap<string, string> } {
    const files = new Map([[`${directory}/firewalld.conf`, `DefaultZone=${this.fallback}\n`]]);
    const places = new Map<string, string>();
    if (this.chosen) places.set(`${directory}/firewalld.conf:1`, this.chosen.at);
    for (const [name, { at, target, elements }] of this.zones) {
      const path = `${directory}/zones/${name}.xml`;
      files.set(path, [`<zone target="${target}">`, ...elements.map(({ xml }) => xml), "</zone>"].join("\n"));
      for (const [i, place] of [at, ...elements.map((each) => each.at)].entries())
        places.set(`${path}:${i + 1}`, place);
    }
    return { files, places };
  }

  private get fallback(): string {
    return this.chosen?.name ?? "public";
  }

  private zone(name = this.fallback): Zone | undefined {
    const known = this.zones.get(name);
    if (known) return known;
    const text = defaultZone(name);
    if (text === undefined) return undefined;
    const at = `firewalld's own zone ${name}`;
    const elements = (text.match(/<service [^>]*\/>/g) ?? []).map((xml) => ({ xml, at }));
    const zone = { at, target: /target="([^"]*)"/.exec(text)?.[1] ?? "default", elements };
    this.zones.set(name, zone);
    return zone;
  }
}

/** An option's value as the element that firewalld keeps; undefined for one that is not read. */
function elementOf(kind: string, value: string): string | undefined {
  if (kind === "rich-rule") return richRuleXml(value);
  if (kind === "forward-port") {
    const [, from, by] = /^port=([\d-]+):proto=(\w+)/.exec(value) ?? [];
    return from === undefined ? undefined : `<forward-port port="${from}" protocol="${by}"/>`;
  }
  if (!/^[\w.:/,+-]+$/.test(value)) return undefined;
  const [port, protocol] = value.split("/");
  switch (kind) {
    case "port":
    case "source-port":
      return protocol === undefined ? undefined : `<${kind} port="${port}" protocol="${protocol}"/>`;
    case "service":
    case "interface":
      return `<${kind} name="${value}"/>`;
    case "protocol":
      return `<protocol value="${value}"/>`;
    case "source":
      return value.startsWith("ipset:") ? undefined : `<source address="${value}"/>`;
    default:
      return undefined;
  }
}
