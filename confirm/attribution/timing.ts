import type { PathTrials, Trial } from "../../model/trial.js";

/** Of so many connections one was hardly held up by anything but the way. */
const enough = 3;
/** A SYN is sent again after a second: what comes later than this is the answer to another one. */
const longestMs = 900;
/** Queues and busy machines vary by less than this. */
const leastMs = 20;
const timesSooner = 3;

/**
 * Something nearer than the server answers on this port, where it does so much sooner than another port of the same address, by the
 * quickest of several connections to that one; in one sentence. Undefined where the times do not tell.
 */
export function tooSoon(tried: Trial, { ports, repeats }: PathTrials): string | undefined {
  const same = [...ports, ...repeats].filter(({ address }) => address === tried.address);
  const own = [tried, ...same.filter(({ port }) => port === tried.port)].filter(isAnswer).map(({ afterMs }) => afterMs);
  const open = same.filter(({ port, outcome }) => port !== tried.port && outcome === "open");
  const reference = open.find(({ port }) => open.filter((each) => each.port === port).length >= enough);
  if (own.length === 0 || reference === undefined) return undefined;
  const others = open.filter(({ port }) => port === reference.port).map(({ afterMs }) => afterMs);
  const [mine, its] = [Math.min(...own), Math.min(...others)];
  if (its > longestMs || its - mine < leastMs || mine * timesSooner > its) return undefined;
  return `port ${tried.port} is answered after ${mine} ms, and port ${reference.port} of the same address never before ${its} ms`;
}

function isAnswer({ outcome }: Trial): boolean {
  return outcome === "open" || outcome === "refused" || outcome === "unreachable";
}
