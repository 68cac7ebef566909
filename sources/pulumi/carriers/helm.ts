import { parse } from "yaml";
import { AddressSet, privateNetworks } from "../../../model/addresses.js";
import type { Setting } from "../../../model/client.js";
import type { PublishedPort } from "../../../model/container.js";
import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { Input, Tree } from "../input.js";
import { readProperties } from "../properties.js";
import { inputOf, type Resource } from "../resource.js";
import {
  type Beside,
  type Carried,
  type Carrier,
  carriedBy,
  clientsWith,
  nothingCarried,
  startedBy,
  together,
} from "./carrier.js";
import { settingLook, withoutMailOfTheirOwn } from "./chart-settings.js";
import { type Environment, ofMap, ofPairs, settingAt } from "./environment.js";
import { overlaid } from "./overlay.js";
import { type Look, lookThrough } from "./wherever.js";

/** A chart that installs a mail server: the image it runs, its ports, and where its values have the image's variables. */
interface Chart {
  readonly image: string;
  readonly ports: readonly number[];
  /** What only its own values have, where other charts have its name too. */
  readonly isIts?: (values: Input) => boolean;
  readonly variables: (values: Input) => readonly Environment[];
}

const none = () => [];

/** By the chart's name (the charts' own values.yaml). */
const charts: Readonly<Record<string, Chart>> = {
  "docker-mailserver": {
    image: "docker-mailserver/docker-mailserver",
    ports: [587, 465],
    variables: (values) => [ofMap(values.member("deployment").member("env"))],
  },
  mail: {
    image: "boky/postfix",
    ports: [587],
    isIts: (values) => ["general", "postfix"].some((part) => !values.member("config").member(part).isAbsent),
    variables: (values) => {
      const config = values.member("config");
      return [
        ofMap(config.member("general")),
        renamed(ofMap(config.member("postfix")), (name) => `POSTFIX_${name}`),
        ofPairs(values.member("extraEnv"), () => undefined),
      ];
    },
  },
  mailu: {
    image: "mailu/nginx",
    ports: [587, 465],
    variables: (values) => {
      const flavor = values.member("ingress").member("tlsFlavorOverride");
      return [{ variables: new Map(flavor.isAbsent ? [] : [["TLS_FLAVOR", settingAt(flavor)]]), elsewhere: [] }];
    },
  },
  mailpit: { image: "axllent/mailpit", ports: [1025], variables: none },
  mailhog: { image: "mailhog/mailhog", ports: [1025], variables: none },
};

/** Releases of Helm charts; the children of `Chart` resources are objects of the cluster, and read as such. */
export const helmCarrier: Carrier = (resources, beside) =>
  together(
    nothingCarried,
    ...resources
      .filter(({ type }) => type === "kubernetes:helm.sh/v3:Release")
      .map((release) => {
        const chart = inputOf(release, "chart");
        const name = chart.text() ?? unknown(chart.at);
        const { files, elsewhere } = valueFilesOf(release, beside);
        const whose = { id: release.urn, name: release.name, at: chart.at };
        const values = overlaid([...files, ...valuesOf(release)], inputOf(release, "values").path);
        return carriedByValues(name, [values], whose, elsewhere);
      }),
  );

/**
 * Files of values, which `values` wins over: their text as the program holds it, or as it stands on the disk; else named.
 * Releases of the provider differ in what of a map remains that two files have.
 */
function valueFilesOf(release: Resource, beside: Beside): { files: Input[]; elsewhere: string[] } {
  const input = inputOf(release, "valueYamlFiles");
  const items = input.items() ?? [];
  if (isUnknown(items)) return { files: [], elsewhere: items.unknown.slice() };
  const open: string[] = [];
  const files = items.flatMap((asset) => {
    const held = asset.revealed().member("text").revealed();
    if (typeof held.text() === "string") return [parsed(held, release)];
    const path = asset.revealed().member("path").text();
    const text = typeof path === "string" ? beside(path) : undefined;
    if (text !== undefined) return [parsed(asset.reading(text), release)];
    open.push(typeof path === "string" ? `${path} (${asset.at})` : asset.at);
    return [];
  });
  const nulls = inputOf(release, "allowNullValues");
  // A null takes away what a file has, and resources are read without their nulls.
  if (files.length > 0 && !nulls.isAbsent && nulls.boolean() !== false)
    return { files: [], elsewhere: [...open, nulls.at] };
  const names = files.flatMap((file) => file.names().filter((name) => file.member(name).names().length > 0));
  if (new Set(names).size < names.length)
    return {
      files: files.slice(-1),
      elsewhere: [...open, `how the provider lays the files over each other (${input.at})`],
    };
  return { files, elsewhere: open };
}

/** A map of Pulumi; texts of YAML and single settings of Terraform, of which the later ones win. */
function valuesOf(release: Resource): Input[] {
  const values = inputOf(release, "values");
  const texts = values.items();
  const settings = inputOf(release, "sets").items();
  return [
    ...(texts === undefined || isUnknown(texts) ? [values] : texts.map((text) => parsed(text, release))),
    ...(settings === undefined || isUnknown(settings) ? [] : settings.map((entry) => single(entry, release))),
  ];
}

function parsed(input: Input, { urn }: Resource): Input {
  const text = input.text();
  if (text === undefined || isUnknown(text)) return input;
  try {
    return input.reading(readProperties({ values: parse(text, { maxAliasCount: 100 }) }, urn).values ?? {});
  } catch {
    return input.reading(unknown(input.at));
  }
}

/** `config.general.RELAYHOST`; a dot within a name is escaped. */
function single(entry: Input, { urn }: Resource): Input {
  const [name, value] = [entry.member("name").text(), entry.member("value").text()];
  if (typeof name !== "string") return entry.reading({});
  const steps = name.split(/(?<!\\)\./).map((step) => step.replaceAll("\\.", "."));
  const leaf: Tree = value === undefined ? unknown(entry.at) : value;
  return entry.reading(steps.reduceRight<Tree>((inner, step) => ({ [step]: inner }), leaf) ?? readProperties({}, urn));
}

/**
 * The mail server that a chart installs, and the clients in the environments that its values have.
 * @param files other files of values, which are not at hand.
 */
export function carriedByValues(
  chart: Maybe<string>,
  values: readonly Input[],
  { id, name, at }: { readonly id: string; readonly name: string; readonly at: string },
  files: readonly string[] = [],
): Carried {
  const called = isUnknown(chart) ? undefined : chart.replace(/\/+$/, "").split("/").at(-1);
  const elsewhere = [`the chart's own values (${at})`, ...files];
  const known = called !== undefined && Object.hasOwn(charts, called) ? charts[called] : undefined;
  const found = values.map(foundIn);
  const clients = found.flatMap((each) => [
    ...each.environments.flatMap(({ variables, elsewhere: more }) =>
      clientsWith(variables, [...elsewhere, ...more], { id, origin: "planned" }),
    ),
    ...each.settings.map(({ elsewhere: secrets, ...client }) => {
      const open = [...(withoutMailOfTheirOwn.has(called ?? "") ? files : elsewhere), ...secrets];
      return { ...{ id, origin: "planned" as const }, ...client, ...(open.length > 0 ? { elsewhere: open } : {}) };
    }),
  ]);
  if (!known || (known.isIts && !values.some(known.isIts))) return { ...nothingCarried, clients };
  const environments = values.flatMap(known.variables);
  return together(
    { ...nothingCarried, clients },
    carriedBy({
      container: {
        ...{ id, name, origin: "planned", image: { value: known.image, at }, mounts: [] },
        environment: new Map(environments.flatMap(({ variables }) => [...variables])),
        ...startedBy(found.flatMap(({ changes }) => changes)),
        elsewhere: [...elsewhere, ...environments.flatMap((each) => each.elsewhere)],
        published: known.ports.flatMap((port) => publishedAs(port, values, at)),
      },
      files: new Map(),
    }),
  );
}

/** The cluster gets to every Service; whether others do is up to its type. */
function publishedAs(port: number, values: readonly Input[], at: string): PublishedPort[] {
  const types = values.map((each) => each.member("service").member("type")).filter((each) => !each.isAbsent);
  const type = types.at(-1)?.text() ?? unknown(`service.type (${at})`);
  const one = { host: port, container: port, at };
  const beyond = { ...one, from: AddressSet.everything.subtract(privateNetworks) };
  const outside = isUnknown(type) ? [{ ...beyond, missing: type.unknown }] : type === "ClusterIP" ? [] : [beyond];
  return [{ ...one, from: privateNetworks }, ...outside];
}

/** Charts call their environments by few names. */
const environmentNames = /^(env|envs|envVars|environment|environmentVariables|extraEnv|extraEnvs|extraEnvVars)$/;

/** What puts files into the container of a chart, or runs in it beside. */
const changing =
  /^(?:configMaps|configFiles|(?:extra|additional)(?:Volume|InitContainer|Container)\w*|lifecycle|mountSecret|command|args)$/;

function foundIn(values: Input) {
  const looks = [environmentLook(), settingLook(), changeLook()] as const;
  lookThrough(values, looks);
  const [environments, settings, changes] = looks;
  return { environments: environments.found, settings: settings.found, changes: changes.found };
}

const changeLook = (): Look<Input> => ({
  named: changing,
  found: [],
  read: (input) => (input.items() === undefined && input.names().length === 0 ? [] : [input]),
});

const environmentLook = (): Look<Environment> => ({
  named: environmentNames,
  found: [],
  read: (input) => {
    const items = input.items();
    const isList = items !== undefined && !isUnknown(items);
    return isList
      ? [ofPairs(input, (entry) => ({ value: unknown(entry.at), at: entry.at, isSecret: true }))]
      : [ofMap(input)];
  },
});

function renamed({ variables, elsewhere }: Environment, rename: (name: string) => string): Environment {
  const entries = [...variables].map(([name, setting]): [string, Setting] => [rename(name), setting]);
  return { variables: new Map(entries), elsewhere };
}
