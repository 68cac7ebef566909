import { nothingDeclared } from "../../model/declaration.js";
import type { Fact } from "../../model/fact.js";
import { Subjects } from "../../model/subjects.js";
import { mailFacts } from "../mail/facts.js";
import type { Result } from "../setup/dovecot.js";
import type { Look } from "../setup/mail-lab.js";
import { compare, type Words } from "./agreement.js";
import type { Case } from "./dovecot-cases.js";
import type { Tally } from "./judge.js";

const ports = [587, 465, 2587];
const visits = [
  { from: "127.0.0.2", to: "127.0.0.1" },
  { from: "127.0.0.1", to: "127.0.0.1" },
  { from: "192.0.2.10", to: "192.0.2.1" },
  { from: "::1", to: "::1" },
];

/** Who visits every instance of Dovecot, and where. */
export const looks: readonly Look[] = ports.flatMap((port) => visits.map((visit) => ({ ...visit, port })));

export const words: Words = {
  demandsTls: (reply) => reply.startsWith("530 5.7.0 TLS required") || reply.includes("TLS required"),
};

/** What the files say that a release does. */
export function derive({ files }: Pick<Result, "files">, version: string): Promise<Fact[]> {
  const texts = { ...files, "ssl/cert.pem": "", "ssl/key.pem": "" };
  const at = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, { at: path, text }]));
  const definition = { id: "lab", product: "dovecot", origin: "planned", files: at, missing: [], version } as const;
  return mailFacts([definition], new Subjects(nothingDeclared));
}

/** One configuration's facts against its visits. `known` counts the facts of generated ones. */
export function judge(one: Case, result: Result, facts: readonly Fact[], known: Tally, visited = looks) {
  const disagreements: string[] = [];
  const open = new Set<string>();
  visited.forEach((look, i) => {
    const seen = result.seen[i];
    if (!seen) throw new Error("the observer saw nothing");
    if (isElsewhere(result.sockets, look)) return;
    const agreement = compare(facts, look, seen, words);
    const stated = facts.some((fact) => fact.subject.endsWith(`:${look.port}`));
    if (seen.listening && !stated) disagreements.push(`${look.port} listens and no fact says so`);
    if (!seen.listening && facts.some((fact) => isServed(fact, look.port)) && !result.accepted)
      disagreements.push(`${look.port}: Dovecot refuses the configuration`);
    disagreements.push(...agreement.disagreements.map((each) => `${look.from} -> ${look.to}:${look.port} ${each}`));
    for (const name of agreement.open) open.add(name);
    if (one.generated) {
      known.known += agreement.compared;
      known.unknown += agreement.open.length;
    }
  });
  if (disagreements.length > 0) disagreements.push(one.lines ?? "", JSON.stringify(result.seen), said(result.log));
  return { disagreements, open: [...open].sort() };
}

/** What the server complained of. */
function said(log: string): string {
  return log
    .split("\n")
    .filter((line) => !line.includes("Info: "))
    .join("\n");
}

/** The port is open on other addresses than the one visited: facts are about clients that go to where it is. */
function isElsewhere(sockets: readonly string[], { port, to }: Look): boolean {
  const addresses = sockets
    .filter((each) => each.endsWith(`:${port}`))
    .map((each) => each.slice(0, -`:${port}`.length));
  const family = addresses.filter((each) => each.includes(":") === to.includes(":"));
  const wildcard = to.includes(":") ? "[::]" : "0.0.0.0";
  return family.length > 0 && !family.includes(wildcard) && !family.includes(to.includes(":") ? `[${to}]` : to);
}

function isServed(fact: Fact, port: number): boolean {
  return fact.name === "listening" && fact.value === true && fact.subject.endsWith(`:${port}`);
}
