import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./exchange.js";

/** What a login came to; `says` holds codes and mechanisms, never the credentials. */
export type LoginOutcome =
  | { readonly kind: "withheld"; readonly because: string }
  | { readonly kind: "unclear"; readonly because: string }
  | {
      readonly kind: "accepted" | "refused" | "server not proven";
      readonly mechanism: string;
      readonly says: string;
    };

/**
 * Credentials for one host. The endpoints that want them log in one after the other, and none does after a refusal: a wrong
 * password costs one attempt, which locks no account.
 */
export class Login {
  private before: Promise<unknown> = Promise.resolve();
  private refusedAt: string | undefined;

  constructor(
    /** As the target has it; nobody else is shown the credentials. */
    readonly host: string,
    readonly account: Account,
    /** The mechanism asked for; without it the strongest for a password that the server lists. */
    readonly mechanism?: string,
  ) {}

  /** Runs the session when its turn has come. Returns where the credentials were refused before, when they were. */
  async inTurn<T extends { readonly login?: LoginOutcome }>(
    endpoint: string,
    session: () => Promise<T>,
  ): Promise<T | { readonly refusedAt: string }> {
    const before = this.before;
    const own = (async () => {
      await before;
      if (this.refusedAt !== undefined) return { refusedAt: this.refusedAt };
      const record = await session();
      if (record.login?.kind === "refused") this.refusedAt = endpoint;
      return record;
    })();
    // A session that throws is its caller's matter, and keeps nobody waiting.
    this.before = own.catch(() => sleep(0));
    return own;
  }
}
