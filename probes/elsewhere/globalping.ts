import { setTimeout as sleep } from "node:timers/promises";
import { InputError } from "../../model/errors.js";
import type { Elsewhere, Trial } from "../../model/trial.js";

/** Two networks of a country, so that one with a filter of its own does not speak for all. */
const probes = 2;
const pollMs = 500;
const longestMs = 45_000;

/** What is read of a measurement (https://globalping.io/docs/api.globalping.io). */
interface Measurement {
  readonly status: string;
  readonly results: readonly {
    readonly probe: { readonly country: string; readonly asn: number };
    readonly result: {
      readonly status: string;
      readonly rawOutput?: string;
      readonly stats?: { readonly rcv: number };
    };
  }[];
}

/** `globalping:DE` @throws InputError */
export function globalpingCountry(text: string): string {
  const country = /^globalping:([a-z]{2})$/i.exec(text)?.[1];
  if (country === undefined)
    throw new InputError(
      "--from",
      `"${text}" is not a place`,
      "Write globalping:DE, with the two letters of a country.",
    );
  return country.toUpperCase();
}

/**
 * TCP connections to the port from volunteers' machines in a country, by Globalping's public API: it learns the name of the host.
 * `PORT587_GLOBALPING` names another server of that API.
 * @throws InputError when the API cannot be reached or refuses.
 */
export async function viaGlobalping(country: string, host: string, port: number): Promise<Elsewhere[]> {
  const place = `globalping:${country}`;
  const base = process.env.PORT587_GLOBALPING ?? "https://api.globalping.io";
  const measurementOptions = { protocol: "TCP", port, packets: 3 };
  const locations = [{ country, limit: probes }];
  const body = JSON.stringify({ type: "ping", target: host, locations, measurementOptions });
  const { id } = (await ask(place, `${base}/v1/measurements`, { method: "POST", body })) as { id: string };
  const until = performance.now() + longestMs;
  for (;;) {
    const found = (await ask(place, `${base}/v1/measurements/${encodeURIComponent(id)}`, {})) as Measurement;
    if (found.status !== "in-progress") return found.results.flatMap(seenBy);
    if (performance.now() > until) throw new InputError(place, "has no result within 45 s", "Try again later.");
    await sleep(pollMs);
  }
}

/** A probe that failed for a reason of its own says nothing. */
function seenBy({ probe, result }: Measurement["results"][number]): Elsewhere[] {
  const from = `Globalping in ${probe.country} (AS${probe.asn})`;
  const said = result.rawOutput ?? "";
  if (result.status === "finished" && result.stats)
    return [
      result.stats.rcv > 0 ? { from, outcome: "open", detail: "" } : { from, outcome: "timeout", detail: "no answer" },
    ];
  const code = /\bE[A-Z]{4,}\b/.exec(said)?.[0] ?? "";
  const outcomes: Readonly<Record<string, Trial["outcome"]>> = {
    ECONNREFUSED: "refused",
    EHOSTUNREACH: "unreachable",
    ENETUNREACH: "unreachable",
  };
  const outcome = outcomes[code];
  return outcome ? [{ from, outcome, detail: code }] : [];
}

async function ask(place: string, url: string, init: RequestInit): Promise<unknown> {
  const headers = { "content-type": "application/json", "user-agent": "port587" };
  const mend = "See https://globalping.io for what it takes, or use ssh://HOST.";
  const signal = AbortSignal.timeout(longestMs);
  const response = await fetch(url, { ...init, headers, signal }).catch((error: Error) => {
    throw new InputError(
      place,
      `its API cannot be reached (${error.cause instanceof Error ? error.cause.message : error.message})`,
      mend,
    );
  });
  if (!response.ok) throw new InputError(place, `its API answers ${response.status}${await reason(response)}`, mend);
  return response.json();
}

/** `{"error": {"type": …, "message": …}}` */
async function reason(response: Response): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as { error?: { message?: unknown } } | undefined;
  const message = body?.error?.message;
  return typeof message === "string" ? `: ${message.replace(/[^\x20-\x7e]/g, " ").slice(0, 200)}` : "";
}
