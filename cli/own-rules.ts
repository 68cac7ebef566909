import { AddressSet } from "../model/addresses.js";
import { unknown } from "../model/maybe.js";
import { egressSubject } from "../model/subjects.js";
import type { OwnRules } from "../model/trial.js";

/** Judges connections out of this machine by its own packet filter, which is read once, and only when first asked for. */
export function ownRules(): (address: string, port: number) => Promise<OwnRules | undefined> {
  let reading: ReturnType<typeof readOnce> | undefined;
  return async (address, port) => {
    reading ??= readOnce();
    const { machine, explain } = await reading;
    if (!machine) return undefined;
    const subject = egressSubject("this machine", address, port);
    const { verdict, blockers, missing } = explain(machine, subject, "out", port, AddressSet.of(address));
    const decidedBy = [
      ...new Set(
        blockers.flatMap((layer) => layer.decidedBy.map(({ at, says }) => `${says} (${at.replace(/^\//, "")})`)),
      ),
    ];
    if (verdict === "open") return { address, verdict: true, decidedBy: [] };
    if (verdict === "closed") return { address, verdict: false, decidedBy };
    return { address, verdict: unknown(...missing), decidedBy };
  };
}

/** Few checks ask for them, so what reads and judges rules is loaded only then. */
async function readOnce() {
  const { explain } = await import("../reach/explain.js");
  const { runningHost } = await import("../sources/host-firewall/running.js");
  return { machine: await runningHost(), explain };
}
