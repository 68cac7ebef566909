import { endpointSubject } from "../model/subjects.js";
import type { Letter } from "../probes/index.js";
import type { CredentialFlags } from "./credentials.js";
import type { ProbeFlags } from "./options.js";

/** What `check` would send, in words; nothing is touched. */
export async function dryRun(
  endpoints: readonly { readonly host: string; readonly port: number }[],
  flags: ProbeFlags & CredentialFlags,
  letter: Letter | undefined,
): Promise<string> {
  const { planOf } = await import("../probes/index.js");
  const lines = endpoints.flatMap(({ host, port }) => {
    const message = letter?.through === endpointSubject(host, port);
    const { connections, roundTrips, bytes, enumeration } = planOf(
      { host, port },
      {
        inventory: flags.inventory ?? false,
        login: flags.user !== undefined,
        message,
        enumerate: flags.enumerate ?? false,
      },
    );
    const trips = `${roundTrips.longest} to ${roundTrips.all} round trips`;
    return [
      `${host}:${port}  ${connections} connections, ${trips}, about ${bytes} bytes sent`,
      ...(message ? [`  and one message to ${letter.to}, once TLS is verified and the login accepted`] : []),
      ...(enumeration
        ? [
            `  and for --enumerate up to ${enumeration.refusals}, with one more for each cipher suite that a version takes: at most ${enumeration.most}`,
          ]
        : []),
    ];
  });
  return lines.map((line) => `${line}\n`).join("");
}
