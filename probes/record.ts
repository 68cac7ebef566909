import type { FactValues, PathFailure } from "../model/fact.js";
import type { Step } from "../model/observation.js";
import type { BatteryReplies } from "./clear-battery.js";
import type { Offer } from "./client-hello.js";
import type { Capabilities } from "./ehlo.js";
import { PathEnded } from "./failure.js";
import type { LoginOutcome } from "./login.js";
import type { MessageOutcome } from "./message.js";
import type { OfferAnswer } from "./offer.js";
import type { OldTlsOffer } from "./old-tls.js";
import type { Reply } from "./replies.js";
import type { Handshake } from "./tls.js";
import type { TransactionReplies } from "./transaction.js";
import { Transcript } from "./transcript.js";
import type { VrfyReplies } from "./vrfy.js";

/** What one session saw, filled in as it goes: a failure takes nothing back. */
export class SessionRecord {
  readonly transcript = new Transcript();
  failure?: PathFailure;
  /** Milliseconds until the connection stood. */
  connectedMs = 0;
  /** The protocol found in place of SMTP. */
  speaks?: string | undefined;
  greeting?: Reply;
  /** Before TLS. */
  clear?: Capabilities;
  starttls?: { readonly value: FactValues["starttlsOffered"]; readonly says: string };
  tls?: Pick<Handshake, "version" | "suite" | "chain" | "staple">;
  /** Inside TLS. */
  secure?: Capabilities;
  readonly gate: TransactionReplies = {};
  /** Inside TLS. */
  readonly vrfy: VrfyReplies = {};
  readonly battery: BatteryReplies = { vrfy: {} };
  offer?: OldTlsOffer;
  /** An offer of one version, and the answer to it. */
  offered?: Offer;
  answer?: OfferAnswer;
  /** What was answered inside TLS to EHLO and QUIT after a command had been injected before TLS. */
  injection?: readonly Reply[];

  /** Where credentials were given. */
  login?: LoginOutcome;
  /** Where a message was to be sent, and was begun. */
  message?: MessageOutcome;

  /** Milliseconds that each step took. */
  readonly took: Partial<Record<Step["name"], number>> = {};
  private marked = 0;

  constructor(
    readonly address: string,
    /** True when the first byte of the connection belongs to TLS. */
    readonly implicit: boolean,
  ) {}

  /** The step has ended, well or not. */
  mark(step: Step["name"]): void {
    const now = this.transcript.elapsed();
    this.took[step] = now - this.marked;
    this.marked = now;
  }

  /** Runs a part of the session unless an earlier one has failed, and keeps the failure as data. */
  async attempt(part: () => Promise<void>): Promise<void> {
    if (this.failure) return;
    try {
      await part();
    } catch (error) {
      if (!(error instanceof PathEnded)) throw error;
      this.failure = error.failure;
      this.speaks = error.speaks;
    }
  }
}
