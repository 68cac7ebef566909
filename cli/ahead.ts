import type { Finding } from "../model/finding.js";
import type { Observation } from "../model/observation.js";
import { endpointSubject } from "../model/subjects.js";
import type { Settled } from "./found.js";

type Endpoint = { readonly host: string; readonly port: number };

interface Host<E> {
  readonly endpoints: E[];
  readonly seen: Map<string, Observation>;
  findings?: readonly Finding[];
}

/**
 * Judges the endpoints of a host as soon as all of them are seen, while other hosts are waited for: a rule looks at the ports of one
 * host and no further. Not those that could not be probed to their end: who is to blame for that, other hosts tell as well.
 */
export class Ahead<E extends Endpoint> {
  /** What is found of endpoints by what was seen of them; before it is there nothing is judged. */
  judge: ((endpoints: readonly E[], observations: readonly Observation[]) => readonly Finding[]) | undefined;
  private readonly hosts = new Map<string, Host<E>>();

  constructor(endpoints: readonly E[]) {
    for (const each of endpoints) {
      const name = hostOf(endpointSubject(each.host, each.port));
      const host: Host<E> = this.hosts.get(name) ?? { endpoints: [], seen: new Map() };
      host.endpoints.push(each);
      this.hosts.set(name, host);
    }
  }

  /** An endpoint that is named twice is seen twice, and its host left to be judged with all others. */
  take(observation: Observation): void {
    const host = this.hosts.get(hostOf(observation.subject));
    if (!host) return;
    host.seen.set(observation.subject, observation);
    if (host.seen.size < host.endpoints.length) return;
    const observations = [...host.seen.values()];
    if (this.judge && observations.every(isThrough)) host.findings = this.judge(host.endpoints, observations);
  }

  /** What stands of it, if this is all that was seen in the end: of some more is known by then. */
  settled(observations: readonly Observation[]): Settled {
    const known = new Set(observations);
    const hosts = [...this.hosts.values()].filter(
      ({ findings, seen }) => findings && [...seen.values()].every((each) => known.has(each)),
    );
    return {
      subjects: new Set(hosts.flatMap(({ seen }) => [...seen.keys()])),
      findings: hosts.flatMap(({ findings = [] }) => findings),
    };
  }
}

/** Nothing stopped its probe, and nobody is looked for who did. */
function isThrough({ facts }: Observation): boolean {
  return !facts.some(({ name }) => name === "pathFailure" || name === "pathTrials");
}

function hostOf(subject: string): string {
  return subject.slice(0, subject.lastIndexOf(":"));
}
