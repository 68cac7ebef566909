import { setTimeout as sleep } from "node:timers/promises";

/** Taken at exactly its limit, a server would still turn every other connection away. */
const margin = 1.25;

/**
 * When the next of many connections to one server may begin: at once, until it turns one away for their number; from then on
 * no more of them in a window than it had taken by then.
 */
export class Pace {
  private readonly starts: number[];
  private gapMs = 0;

  /**
   * @param windowMs what servers count by: a minute, as a rule.
   * @param before connections that were made just now.
   */
  constructor(
    private readonly windowMs: number,
    before: number,
  ) {
    this.starts = Array.from({ length: before }, () => performance.now());
  }

  /** Waits for the next one's time; false, at once, where `limit` does not hold the wait. Both in milliseconds. */
  async turn(limit: (ms: number) => number): Promise<boolean> {
    const ms = Math.max(0, (this.starts.at(-1) ?? 0) + this.gapMs - performance.now());
    if (limit(ms) < ms) return false;
    if (ms > 0) await sleep(ms);
    this.starts.push(performance.now());
    return true;
  }

  /** The last one was turned away. */
  refused(): void {
    const since = performance.now() - this.windowMs;
    const taken = this.starts.filter((at) => at > since).length - 1;
    this.gapMs = Math.max(this.gapMs, (margin * this.windowMs) / Math.max(1, taken));
  }
}
