import { withoutHidden } from "../confirm/index.js";
import { clientFacts } from "../mail/clients/index.js";
import { containerFacts } from "../mail/containers/index.js";
import { type MailReading, readServers } from "../mail/index.js";
import type { Declaration } from "../model/declaration.js";
import { InputError } from "../model/errors.js";
import { type Fact, factsNamed } from "../model/fact.js";
import { nearest } from "../model/nearest.js";
import { type Estate, joinEstates } from "../model/network.js";
import type { Input } from "../model/report.js";
import { isCalled, Subjects } from "../model/subjects.js";
import { reachFacts } from "../reach/index.js";
import { noticesOf } from "../reach/notices.js";
import { count } from "../reports/text.js";
import { readSources } from "../sources/index.js";
import { assess } from "./assess.js";
import { declared } from "./declared.js";
import { meansOf, seeAll } from "./investigate.js";
import { type ProbeFlags, parseProfiles, parseSeverity } from "./options.js";
import { checkOutputs, parseOutput, write } from "./output.js";
import { parseDomain } from "./targets.js";

export interface AuditFlags extends ProbeFlags {
  live?: boolean;
  aws?: boolean;
  region?: string;
  format?: string[];
  profile?: string[];
  failOn: string;
}

/**
 * `port587 audit [PATH …]`: judge definitions, and with `--live` hold them against the wire. Returns the exit code; 2
 * where something in a directory could not be read.
 */
export async function audit(paths: readonly string[], flags: AuditFlags): Promise<number> {
  const gate = parseSeverity(flags.failOn);
  const profiles = await parseProfiles(flags.profile);
  const outputs = (flags.format ?? ["terminal"]).map(parseOutput);
  await checkOutputs(outputs);
  const means = await meansOf(flags);
  const startedAt = new Date();
  const { written, sources, inputs, isWhole } = await declared(paths);
  if (sources.length === 0 && !flags.aws && written.endpoints.length === 0) {
    throw new InputError(
      "audit",
      "there is nothing to audit",
      "Name a stack export or a mail configuration, write a port587.yaml, or use --aws.",
    );
  }
  const files = await readSources(sources);
  const cloud = flags.aws ? await deployed(flags.region) : { estate: joinEstates(), inputs: [] };
  const estate = joinEstates(files.estate, cloud.estate);
  const subjects = new Subjects(written, estate.interfaces, estate.containers);
  const { declaration } = subjects;
  if (isWhole) checkMachines(declaration, subjects);
  const mail = await readServers(estate.definitions, subjects);
  const failures = [...mail.broken, ...mail.stopped].map(({ error }) => error);
  const clients = await clientFacts(estate, subjects);
  if (
    failures[0] &&
    failures.length === estate.definitions.length &&
    estate.interfaces.length + clients.facts.length === 0
  )
    throw failures[0];
  const facts = [
    ...reachFacts(estate, subjects, clients.requirements),
    ...mail.facts,
    ...clients.facts,
    ...containerFacts(estate.containers ?? [], subjects),
  ];
  const domains = declaration.domains.map((text) => parseDomain(text, "port587.yaml"));
  const live = flags.live
    ? await seeAll(endpointsOf(declaration, facts), domains, flags, means, declaration.vantage)
    : { observations: [], domains: [] };
  const scanned = withoutHidden(
    estate.seen ?? [],
    live.observations.flatMap((each) => each.facts),
  );
  const broken = [...files.failures, ...failures];
  const report = assess({
    inputs: withProblems([...inputs, ...files.inputs, ...cloud.inputs], problemsOf(mail)),
    notices: [...noticesOf(estate), ...mail.notices, ...mail.open],
    undecided: mail.open.length,
    refused: broken.length > 0 ? `${count(broken.length, "input")} could not be read` : "",
    facts: [...facts, ...scanned],
    live,
    declaration,
    gate,
    profiles,
    startedAt,
  });
  await write(report, outputs);
  for (const { message } of broken) process.stderr.write(`port587: ${message}\n`);
  return report.summary.exitCode;
}

/** The definitions that their own servers refuse. A server that a cloud runs is a resource: its input is listed already. */
function problemsOf({ broken, stopped }: MailReading): Input[] {
  return [...broken, ...stopped].flatMap(({ definition: { id, product }, error }) =>
    product === "mail-manager" ? [] : [{ name: id, kind: product, problem: error.line }],
  );
}

function withProblems(inputs: readonly Input[], unread: readonly Input[]): Input[] {
  const problems = new Map(unread.map(({ name, problem }) => [name, problem]));
  const known = new Set(inputs.map(({ name }) => name));
  return [
    ...inputs.map((each) => {
      const problem = problems.get(each.name);
      return problem === undefined ? each : { ...each, problem };
    }),
    ...unread.filter(({ name }) => !known.has(name)),
  ];
}

/** @throws InputError for a machine that no source has: what is declared of it would be judged nowhere. */
function checkMachines({ endpoints, relays }: Declaration, { interfaces }: Subjects): void {
  if (interfaces.length === 0) return;
  const names = interfaces.map((nic) => nic.name);
  const named = [
    ...endpoints.map(({ resource, at }) => [resource, at] as const),
    ...relays.flatMap(({ clients, at }) => clients.map((client) => [client, at] as const)),
  ];
  for (const [name, at = "port587.yaml"] of named) {
    if (name === undefined || interfaces.some((nic) => isCalled(nic, name))) continue;
    const close = nearest(name, names);
    const mend = close ? `Did you mean ${close}?` : `The sources have: ${[...new Set(names)].sort().join(", ")}.`;
    throw new InputError(at, `no source has a machine "${name}"`, mend);
  }
}

async function deployed(region: string | undefined): Promise<{ estate: Estate; inputs: Input[] }> {
  // The SDK's notice about Node versions is for us, not for the user; our own `engines` field speaks to them.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const { readAws } = await import("../sources/aws/index.js");
  const read = await readAws(region ? { region } : {});
  return {
    estate: read.estate,
    inputs: [{ name: `aws:${read.region}${read.account ? `:${read.account}` : ""}`, kind: "aws" }],
  };
}

/** Only what the estate declares is probed; without a declaration, the listeners of its mail servers that have a domain name. */
function endpointsOf({ endpoints }: Declaration, facts: readonly Fact[]): { host: string; port: number }[] {
  if (endpoints.length > 0) return endpoints.map(({ host, port }) => ({ host, port }));
  const listening = factsNamed(facts, "listening").filter((fact) => fact.value === true);
  const subjects = [...new Set(listening.map((fact) => fact.subject))].filter((subject) =>
    /^[a-z0-9-]+(\.[a-z0-9-]+)+:\d+$/i.test(subject),
  );
  if (subjects.length === 0) {
    throw new InputError(
      "--live",
      "no endpoint is known to probe",
      "Declare endpoints in port587.yaml, with their host and ports.",
    );
  }
  return subjects.map((subject) => ({
    host: subject.slice(0, subject.lastIndexOf(":")),
    port: Number(subject.slice(subject.lastIndexOf(":") + 1)),
  }));
}
