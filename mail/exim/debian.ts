import type { MailDefinition } from "../../model/mail.js";
import { type PhysicalLine, physicalLines } from "./physical.js";
import { Refused, Undecided } from "./stops.js";

type Files = MailDefinition["files"];

const sections = ["main", "acl", "router", "transport", "retry", "rewrite", "auth"];
const settingsFile = "update-exim4.conf.conf";
const marker = "UPEX4CmacrosUPEX4C";

/**
 * The configuration that Debian's `update-exim4.conf` builds: split (`conf.d/`) or from the template, with the macros
 * of `update-exim4.conf.conf` behind the line that asks for them (update-exim4.conf(8)).
 * @throws Undecided where a file it needs is not at hand.
 */
export function debianConfiguration(files: Files): PhysicalLine[] {
  const settings = files[settingsFile];
  if (!settings) throw new Undecided(settingsFile);
  const values = shellValues(settings.text);
  const split = (values.get("dc_use_split_config") ?? "false").toLowerCase();
  if (split !== "true" && split !== "false")
    throw new Refused("dc_use_split_config is neither true nor false", settings.at);
  const lines = (split === "true" ? splitLines(files) : templateLines(files)).filter(
    (each) => !/^\s*#/.test(each.text),
  );
  const macros = debconfMacros(values, settings.at);
  return lines.flatMap((line) => (line.text.startsWith(marker) ? [line, ...macros] : [line]));
}

function splitLines(files: Files): PhysicalLine[] {
  const paths = Object.keys(files).sort();
  const lines = sections.flatMap((section) =>
    paths
      .filter((path) => new RegExp(`^conf\\.d/${section}/[A-Za-z0-9_-]+$`).test(path))
      // A file `name.rul` stands in for `name`.
      .map((path) => files[`${path}.rul`] ?? files[path])
      .flatMap((file) => (file ? [...physicalLines(file.text, file.at), { text: "", at: file.at }] : [])),
  );
  if (lines.length === 0) throw new Undecided("conf.d/");
  return lines;
}

function templateLines(files: Files): PhysicalLine[] {
  const template = files["exim4.conf.template"];
  if (!template) throw new Undecided("exim4.conf.template");
  const local = files["exim4.conf.localmacros"];
  return [...(local ? physicalLines(local.text, local.at) : []), ...physicalLines(template.text, template.at)];
}

/** `name='value'` lines of a shell file; undefined values are those that a shell would have to work out. */
function shellValues(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, name, single, double, bare] = /^\s*(\w+)=(?:'([^']*)'|"([^"]*)"|([^\s'"]*))\s*$/.exec(line) ?? [];
    if (name === undefined) continue;
    const value = single ?? double ?? bare ?? "";
    if (single === undefined && /[$`\\]/.test(value)) throw new Undecided(`${name} of ${settingsFile}`);
    values.set(name, value);
  }
  return values;
}

function debconfMacros(values: ReadonlyMap<string, string>, at: string): PhysicalLine[] {
  const value = (name: string) => (values.get(name) ?? "").trim();
  const type = value("dc_eximconfig_configtype").toLowerCase();
  if (!["satellite", "smarthost", "local", "internet"].includes(type)) return [];
  const nets = semicolons(value("dc_relay_nets"));
  const macros: [string, string][] = [
    ...(value("dc_local_interfaces") === ""
      ? []
      : ([["MAIN_LOCAL_INTERFACES", semicolons(value("dc_local_interfaces"))]] as [string, string][])),
    ...(value("dc_minimaldns") === "true"
      ? ([
          ["DC_minimaldns", "1"],
          ["MAIN_HARDCODE_PRIMARY_HOSTNAME", "$etc_hostname"],
        ] as [string, string][])
      : []),
    ["MAIN_PACKAGE_VERSION", "debian"],
    ["MAIN_LOCAL_DOMAINS", `@:localhost:${value("dc_other_hostnames")}`.replace(/[;: ]*$/, "").replaceAll(";", ":")],
    ["MAIN_RELAY_TO_DOMAINS", semicolons(value("dc_relay_domains"))],
    // What /etc/mailname holds is a name that no other fact rests on.
    ["ETC_MAILNAME", "$etc_mailname"],
    ["LOCAL_DELIVERY", value("dc_localdelivery") || "mail_spool"],
    ["MAIN_RELAY_NETS", nets.startsWith("<;") ? `${nets} ; 127.0.0.1 ; ::1` : `${nets} : 127.0.0.1 : ::::1`],
    ["DCreadhost", value("dc_readhost")],
    ["DCsmarthost", value("dc_smarthost").replaceAll(";", ":")],
    ["DC_eximconfig_configtype", type],
    [`DCconfig_${type}`, "1"],
  ];
  return macros.flatMap(([name, text]) => [
    { text: `.ifndef ${name}`, at },
    { text: `${name}=${text.toLowerCase()}`, at },
    { text: ".endif", at },
  ]);
}

/** A list with semicolons gets them as its separator. */
function semicolons(list: string): string {
  return list.includes(";") && !list.startsWith("<") ? `<; ${list}` : list;
}
