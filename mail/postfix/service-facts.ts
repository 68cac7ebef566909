import { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { unknown } from "../../model/maybe.js";
import { type Algebra, type Claim, claim, merged } from "../claims.js";
import { allUnknown } from "../port-facts.js";
import { clientsOf } from "./interfaces.js";
import type { Listener } from "./listeners.js";
import type { Service } from "./master-cf.js";
import { type Settings, Stops, Undecided } from "./settings.js";
import { startSmtpd } from "./smtpd.js";
import { smtpdClaims } from "./smtpd-facts.js";

/** What the programs around an smtpd service see. */
export interface Surroundings {
  /** main.cf, without a service's options. */
  readonly settings: Settings;
  /** The settings of trivial-rewrite. */
  readonly resolver: Settings;
  /** The service that postscreen hands its clients to. */
  readonly passed: Service | undefined;
  readonly algebra: Algebra;
}

/** Everything the files decide about one bound port. */
export function listenerClaims(listener: Listener, surroundings: Surroundings): Claim[] {
  const { served, open } = clientsServed(listener);
  const listening = [
    claim("listening", served, true, [listener.evidence]),
    claim("listening", open, unknown(`the address of the host name in ${listener.evidence.at}`), [listener.evidence]),
    claim("listening", served.union(open).complement(), false, [listener.evidence]),
  ];
  const { algebra } = surroundings;
  if (listener.disabled) return merged(listening, algebra);
  const clients = served.union(open);
  return merged([...listening, ...programClaims(listener.service, clients, surroundings)], algebra);
}

function clientsServed({ bindings, disabled }: Listener): { served: AddressSet; open: AddressSet } {
  if (disabled) return { served: AddressSet.empty, open: AddressSet.empty };
  const sets = bindings.map(clientsOf);
  const served = AddressSet.union(...sets.flatMap((set) => (set ? [set] : [])));
  const open = sets.includes(undefined) ? served.complement() : AddressSet.empty;
  return { served, open };
}

function programClaims(service: Service, clients: AddressSet, surroundings: Surroundings): Claim[] {
  const { settings, resolver, passed, algebra } = surroundings;
  if (service.command === "postscreen") {
    const says = { kind: "code", at: service.at, says: "postscreen decides which clients reach smtpd" } as const;
    if (!passed) return allUnknown(clients, ["an smtpd service of type pass behind postscreen"], [says]);
    return programClaims(passed, clients, { ...surroundings, passed: undefined }).map((each) => ({
      ...each,
      evidence: [...each.evidence, says],
    }));
  }
  try {
    if (service.refuses) throw argumentStop(service, service.refuses);
    const own = settings.with(service.overrides);
    if (own.text("smtpd_upstream_proxy_protocol") !== "") {
      const name = "smtpd_upstream_proxy_protocol";
      return allUnknown(
        clients,
        [`the proxy in front (${name})`],
        [own.evidence(name, `${name} expects a proxy: other clients get no SMTP dialogue`)],
      );
    }
    return smtpdClaims(startSmtpd(own, resolver), clients, algebra);
  } catch (error) {
    if (error instanceof Stops) return stoppedClaims(error, clients);
    if (error instanceof Undecided) return allUnknown(clients, error.missing, [at(service)]);
    throw error;
  }
}

function at(service: Service): Evidence {
  return { kind: "code", at: service.at, says: "this service decides" };
}

function argumentStop(service: Service, refuses: string): Stops {
  const reason = `master.cf gives smtpd ${refuses}`;
  return new Stops(reason, { kind: "code", at: service.at, says: `${reason}: the program that reads it stops` });
}

/** The master daemon keeps the socket, smtpd dies again and again: TCP opens and nobody greets. */
function stoppedClaims({ reason, evidence }: Stops, clients: AddressSet): Claim[] {
  const failure = { stage: "greeting", kind: "timeout", afterMs: 0, detail: reason } as const;
  return [
    claim("pathFailure", clients, failure, [evidence]),
    ...allUnknown(clients, [`an smtpd that starts: ${reason}`], [evidence]),
  ];
}
