import { endpointSubject } from "../model/subjects.js";
import type { Letter } from "../probes/index.js";
import type { CredentialFlags } from "./credentials.js";
import type { ProbeFlags } from "./options.js";
import { targetsOf } from "./probe.js";

/** What `check` would send, in words; nothing is touched. */
export async function dryRun(
  endpoints: readonly { readonly host: string; readonly port: number }[],
  flags: ProbeFlags & CredentialFlags,
  letter: Letter | undefined,
  domains: readonly string[],
): Promise<string> {
  const { planOf } = await import("../probes/plan.js");
  const { planOfDomain, questionsOf } = await import("../probes/plan-lookups.js");
  const named = flags.resolver !== undefined;
  const lines = targetsOf(endpoints, flags).flatMap((target) => {
    const { host, port } = target;
    const message = letter?.through === endpointSubject(host, port);
    const { connections, again, roundTrips, bytes, enumeration } = planOf(
      { host, port },
      {
        inventory: flags.inventory ?? false,
        login: flags.user !== undefined,
        message,
        enumerate: flags.enumerate ?? false,
      },
    );
    const trips = `${roundTrips.longest} to ${roundTrips.all} round trips`;
    const more = again > 0 ? `; up to ${again} connections more where it hangs up on an offer without an alert` : "";
    return [
      `${host}:${port}  ${connections} connections, ${trips}, about ${bytes} bytes sent${more}`,
      `  and up to ${questionsOf(target, named)} DNS questions`,
      ...(message ? [`  and one message to ${letter.to}, once TLS is verified and the login accepted`] : []),
      ...(enumeration
        ? [
            `  and for --enumerate up to ${enumeration.refusals}, with one more for each cipher suite that a version takes: at most ${enumeration.most}`,
          ]
        : []),
    ];
  });
  const ofDomains = domains.map((domain) => {
    const { questions, requests, endpoints: further } = planOfDomain();
    return `${domain}  up to ${questions} DNS questions and ${requests} HTTPS requests, and up to ${further} more endpoints that it names, probed as these are`;
  });
  return [...lines, ...ofDomains].map((line) => `${line}\n`).join("");
}
