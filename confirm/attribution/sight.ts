import { type Fact, type FactOf, factsNamed, type PathFailure } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";

interface Compared {
  readonly alike: ReadonlySet<string>;
  readonly unlike: ReadonlySet<string>;
}

/** All facts of a run, sorted once for the questions that each failing endpoint asks of them: there may be thousands. */
export class Sight {
  private readonly bySubject = new Map<string, Fact[]>();
  private readonly portsOf = new Map<string, number[]>();
  private readonly hostsAt = new Map<number, string[]>();
  private readonly failing = new Map<string, string[]>();
  private readonly comparisons = new Map<string, Compared>();
  /** What keeps declared clients in. */
  readonly shut: readonly FactOf<"egressAllowed">[];

  constructor(facts: readonly Fact[]) {
    for (const fact of facts) put(this.bySubject, fact.subject, fact);
    this.shut = factsNamed(facts, "egressAllowed").filter(({ value }) => value === false);
    const observed = facts.filter(({ origin }) => origin === "observed");
    for (const { subject, value } of factsNamed(observed, "reachable")) {
      const { host, port } = parts(subject);
      if (value !== true) continue;
      put(this.portsOf, host, port);
      put(this.hostsAt, port, host);
    }
    for (const { subject, value } of factsNamed(observed, "pathFailure"))
      if (!isUnknown(value)) put(this.failing, manner(value, parts(subject).port), parts(subject).host);
  }

  about(subject: string): readonly Fact[] {
    return this.bySubject.get(subject) ?? [];
  }

  /** Ports of the host that took a connection. */
  answering(host: string): readonly number[] {
    return this.portsOf.get(host) ?? [];
  }

  /** Hosts whose same port failed at the same stage in the same way, and those where it took a connection and did not. */
  compared(failure: PathFailure, port: number): Compared {
    const key = manner(failure, port);
    const known = this.comparisons.get(key);
    if (known) return known;
    const alike = new Set(this.failing.get(key));
    const unlike = new Set((this.hostsAt.get(port) ?? []).filter((each) => !alike.has(each)));
    this.comparisons.set(key, { alike, unlike });
    return { alike, unlike };
  }
}

/** The host and the port of an endpoint's subject. */
export function parts(subject: string): { host: string; port: number } {
  const colon = subject.lastIndexOf(":");
  return { host: subject.slice(0, colon), port: Number(subject.slice(colon + 1)) };
}

function manner({ stage, kind }: PathFailure, port: number): string {
  return `${port} ${stage} ${kind}`;
}

function put<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}
