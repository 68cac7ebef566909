import { clientFacts } from "../../mail/clients/index.js";
import { nothingDeclared } from "../../model/declaration.js";
import { type FactName, type FactValues, factsNamed } from "../../model/fact.js";
import { isUnknown, type Maybe } from "../../model/maybe.js";
import { Subjects } from "../../model/subjects.js";
import { clientsIn } from "../../sources/clients/index.js";
import { mailDefinitionsIn } from "../../sources/mail/index.js";
import { treeOnDisk } from "../../sources/mail/tree.js";
import { ClientLab, type Sender } from "../setup/clients/lab.js";
import { type ServerKind, serverKinds, type Visit } from "../setup/clients/server.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable } from "../setup/unpacked.js";

/**
 * The files of one client; `@HOST@` and `@PORT@` are the server's, `@CA@` the authority of the trusted ones, `@DIR@`
 * where the files are. `open`: the facts that settings alone do not tell.
 */
export type Case = readonly [name: string, files: Readonly<Record<string, string>>, open?: readonly FactName[]];

/** A client, how it is started, and its cases. */
export type Client = readonly [string, (lab: ClientLab) => Sender | Promise<Sender>, readonly Case[]];

interface Derived {
  readonly port: Maybe<number>;
  readonly tls: Maybe<FactValues["clientTls"]>;
  readonly verifies: Maybe<boolean>;
  readonly login: Maybe<boolean>;
}

interface Seen {
  readonly kind: ServerKind;
  readonly seen: Visit;
}

const atOnce = 4;

/** Has every client send one message by each of its cases to each kind of server, and holds what comes against the facts. */
export function judgeClients(title: string, clients: readonly Client[], missing?: string): void {
  describeWith(namespacesUnavailable() ?? missing)(title, () => {
    let lab: ClientLab;
    beforeAll(async () => {
      lab = await ClientLab.open();
    });
    afterAll(() => lab.close());

    it.each(clients)(
      "%s",
      async (client, start, cases) => {
        const send = await start(lab);
        const waiting = [...cases];
        const done = new Map<Case, { directory: string; seen: Seen[] }>();
        const work = async () => {
          for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
            done.set(one, await visits(lab, send, one));
        };
        await Promise.all(Array.from({ length: atOnce }, work));
        const count = [...done.values()].reduce((sum, { seen }) => sum + seen.length, 0);
        process.stderr.write(`${client}: ${cases.length} configurations, ${count} visits\n`);
        const disagreements: string[] = [];
        // One after the other: jest's modules do not stand two imports of one file at a time.
        for (const one of cases) {
          const { directory, seen } = done.get(one) ?? { directory: "", seen: [] };
          const { said, open } = await derived(directory);
          const [name, , expected = []] = one;
          if (open.join() !== expected.join()) disagreements.push(`${name}: open is ${open.join() || "nothing"}`);
          for (const each of seen)
            if (!agrees(said, each, seen))
              disagreements.push(`${name}, ${each.kind}: ${JSON.stringify(each.seen)} where ${JSON.stringify(said)}`);
        }
        expect(disagreements).toEqual([]);
      },
      300_000,
    );
  });
}

/** Of servers whose good certificate leads to no message in TLS, those with a bad one are not visited: no message comes. */
async function visits(lab: ClientLab, send: Sender, [, files]: Case): Promise<{ directory: string; seen: Seen[] }> {
  const [bad, good] = [/ (untrusted|wrong name)$/, / trusted$/];
  const visited = async (kind: ServerKind) => ({ kind, ...(await lab.visit(send, files, kind)) });
  const first = await Promise.all(serverKinds.filter((kind) => !bad.test(kind)).map(visited));
  const inTls = first.filter(({ kind, seen }) => good.test(kind) && seen?.tls).map(({ kind }) => kind.split(" ")[0]);
  const worth = serverKinds.filter((kind) => bad.test(kind) && inTls.includes(kind.split(" ")[0]));
  const all = [...first, ...(await Promise.all(worth.map(visited)))];
  return { directory: all[0]?.directory ?? "", seen: all.map(({ kind, seen }) => ({ kind, seen })) };
}

async function derived(directory: string): Promise<{ said: Derived; open: FactName[] }> {
  const tree = treeOnDisk(directory);
  const clients = clientsIn(tree, { origin: "planned", idOf: (path) => tree.at(path) });
  const definitions = mailDefinitionsIn(tree, { origin: "planned", idOf: (root) => tree.at(root) });
  const { facts } = await clientFacts({ clients, definitions }, new Subjects(nothingDeclared));
  const open: FactName[] = [];
  const value = <N extends FactName>(name: N): Maybe<FactValues[N]> | undefined => {
    const found = factsNamed(facts, name);
    if (found.length > 1) throw new Error(`${found.length} clients in ${directory}`);
    const said = found[0]?.value;
    if (isUnknown(said)) open.push(name);
    return said as Maybe<FactValues[N]> | undefined;
  };
  const [port, tls, auth] = [value("clientPort"), value("clientTls"), value("clientAuth")];
  const verifies = tls === "none" ? false : (value("clientVerifiesCertificate") ?? false);
  if (port === undefined || tls === undefined || auth === undefined) throw new Error(`no client in ${directory}`);
  const said = { port: isUnknown(port) ? port : port.port, tls, verifies, login: isUnknown(auth) ? auth : auth.login };
  return { said, open: open.sort() };
}

/** Is it what the facts say of a server of that kind? What is open agrees with everything. */
function agrees({ port, tls, verifies, login }: Derived, { kind, seen }: Seen, all: readonly Seen[]): boolean {
  if (seen && !isUnknown(port) && seen.port !== port) return false;
  if (isUnknown(tls)) return true;
  const comes = inTls(tls, kind);
  if (comes === undefined) return seen === undefined;
  if (comes && /untrusted|wrong name/.test(kind)) {
    if (isUnknown(verifies)) return seen === undefined || seen.tls;
    if (verifies) return seen === undefined;
    // One that does not check takes at least one of the certificates that are not as they should be.
    if (seen === undefined) return all.some((each) => each.seen?.tls && /untrusted|wrong name/.test(each.kind));
  }
  // Whoever uses TLS where it can be had may give up where it is refused.
  if (seen === undefined && kind === "starttls refused") return tls === "opportunistic";
  if (seen === undefined) return isUnknown(login) || (kind.endsWith("without AUTH") && login);
  const mayLogin = !kind.endsWith("without AUTH");
  return seen.tls === comes && (isUnknown(login) || seen.login === (login && mayLogin));
}

/** Whether a message comes in TLS to such a server; undefined where none comes. */
function inTls(tls: FactValues["clientTls"], kind: ServerKind): boolean | undefined {
  if (kind.startsWith("tls")) return tls === "implicit" ? true : undefined;
  if (tls === "implicit") return undefined;
  if (tls === "none") return false;
  if (kind === "clear") return tls === "opportunistic" ? false : undefined;
  if (kind === "starttls refused") return tls === "opportunistic" ? false : undefined;
  return true;
}
