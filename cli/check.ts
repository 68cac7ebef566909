import { setImmediate as turn } from "node:timers/promises";
import { AddressSet } from "../model/addresses.js";
import { type DeclaredEndpoint, nothingDeclared, type Role } from "../model/declaration.js";
import { InputError } from "../model/errors.js";
import { factsNamed } from "../model/fact.js";
import { isUnknown } from "../model/maybe.js";
import type { Observation } from "../model/observation.js";
import { endpointSubject } from "../model/subjects.js";
import { Ahead } from "./ahead.js";
import type { Assessment } from "./assess.js";
import { type CredentialFlags, readLetter, readLogin } from "./credentials.js";
import { dryRun } from "./dry-run.js";
import { meansOf, seeAll } from "./investigate.js";
import { checkDepth, type ProbeFlags, parseProfiles, parseSeverity } from "./options.js";
import type { Live } from "./probe.js";
import { type ReceivedFlags, readArrived, withArrived } from "./received.js";
import { print } from "./streams.js";
import { styleOf } from "./style.js";
import { parseDomain, parseHost, parsePorts } from "./targets.js";

export interface CheckFlags extends ProbeFlags, CredentialFlags, ReceivedFlags {
  ports?: string;
  domain?: string[];
  json?: boolean;
  dryRun?: boolean;
  profile?: string[];
  failOn: string;
}

/** `port587 check HOST[:PORT] …`: is submission blocked or broken here, and by whom? Returns the exit code. */
export async function check(hosts: readonly string[], flags: CheckFlags): Promise<number> {
  const gate = parseSeverity(flags.failOn);
  const profiles = await parseProfiles(flags.profile);
  const asked = flags.ports === undefined ? undefined : parsePorts(flags.ports);
  const endpoints = hosts.map(parseHost).flatMap(({ host, port }) =>
    (port ? [port] : (asked ?? [587, 465])).map((each) => ({
      host,
      port: each,
      named: port !== undefined || asked !== undefined,
    })),
  );
  checkDepth(flags);
  const [first] = endpoints;
  const letter = await readLetter(flags, first && endpointSubject(first.host, first.port));
  const arrived = await readArrived(flags, endpoints);
  const domains = [...new Set((flags.domain ?? []).map((text) => parseDomain(text, "--domain")))];
  if (flags.dryRun) {
    process.stdout.write(await dryRun(endpoints, flags, letter, domains));
    return 0;
  }
  const means = await meansOf(flags);
  const login = await readLogin(
    flags,
    endpoints.map(({ host }) => host),
  );
  const startedAt = new Date();
  // What judges and tells is loaded while the network is waited for.
  await import("../probes/index.js");
  const told = { names: [...hosts, ...domains], gate, profiles, startedAt };
  // What a domain announces of an endpoint is known last.
  const ahead = new Ahead(domains.length > 0 ? [] : endpoints);
  const [seen, tell] = await Promise.all([
    seeAll(endpoints, domains, flags, means, undefined, { login, letter, onSeen: (each) => ahead.take(each) }),
    turn().then(() => teller(endpoints, told, ahead, flags.json === true)),
  ]);
  const live = arrived ? { ...seen, observations: seen.observations.map((each) => withArrived(each, arrived)) } : seen;
  const observations = live.observations.slice(0, endpoints.length);
  const nameless = [...new Set(observations.filter((each) => !resolves(each)).map((each) => each.host))];
  const { report, pieces } = tell(live, nameless.map((host) => `${host} has no address`).join("; "));
  await print(pieces);
  if (nameless.length > 0) {
    const { message } = new InputError(
      nameless.join(", "),
      "has no address",
      "Check the spelling, and that its A or AAAA record is published.",
    );
    process.stderr.write(`port587: ${message}\n`);
  }
  return report.summary.exitCode;
}

type Endpoints = readonly { readonly host: string; readonly port: number; readonly named: boolean }[];

/**
 * What judges and tells, loaded and run once on an endpoint of which nothing is known: V8 compiles what runs for the first time,
 * and after the last answer that would be waited for.
 */
async function teller(
  endpoints: Endpoints,
  { names, ...asked }: Pick<Assessment, "gate" | "profiles" | "startedAt"> & { readonly names: readonly string[] },
  ahead: Ahead<Endpoints[number]>,
  isJson: boolean,
) {
  const { assess } = await import("./assess.js");
  const { found } = await import("./found.js");
  const { nothingSeen } = await import("./rehearsal.js");
  const render = isJson
    ? await import("../reports/json.js").then(({ json }) => json.render)
    : await import("../reports/check.js").then(({ renderCheck }) => renderCheck);
  const declared = (asking: Endpoints, seen: readonly Observation[]) => ({
    ...nothingDeclared,
    endpoints: expected(asking, seen),
  });
  ahead.judge = (asking, seen) => {
    const facts = seen.flatMap((each) => each.facts);
    return found(facts, declared(asking, seen), asked.startedAt).findings;
  };
  const tell = (live: Live, refused: string, asking = endpoints) => {
    const observations = live.observations.slice(0, asking.length);
    const report = assess({
      inputs: [{ name: names.join(" "), kind: "live" }],
      facts: [],
      live,
      declaration: declared(asking, observations),
      settled: ahead.settled(live.observations),
      ...asked,
      refused,
    });
    return { report, pieces: render(report, styleOf(process.stdout)) };
  };
  const [first] = endpoints;
  if (first) Array.from(tell(nothingSeen(first), "", [first]).pieces);
  return tell;
}

/** A name without an address is a slip in the argument before it is anything else. */
function resolves({ facts }: Observation): boolean {
  return !factsNamed(facts, "pathFailure").some(({ value }) => !isUnknown(value) && value.kind === "not-found");
}

const roles: Record<number, Role> = { 25: "mx" };

/** A port that was named must answer; of the two that are tried unasked, one is enough. */
function expected(endpoints: Endpoints, observations: readonly Observation[]): DeclaredEndpoint[] {
  const answers = (host: string, port?: number) =>
    observations.some(
      (each) =>
        each.host === host &&
        (port ?? each.port) === each.port &&
        factsNamed(each.facts, "reachable").some((fact) => fact.value === true),
    );
  return endpoints
    .filter(({ host, port, named }) => named || answers(host, port) || !answers(host))
    .map(({ host, port }) => ({ host, port, role: roles[port] ?? "submission", exposure: AddressSet.everything }));
}
