import type { Packet } from "./tests.js";

/** A packet that notes what the rules ask of it. */
export class AskedPacket implements Packet {
  private isAskedState = false;
  private isAskedFlags = false;

  constructor(private readonly packet: Packet) {}

  get side() {
    return this.packet.side;
  }

  get state() {
    this.isAskedState = true;
    return this.packet.state;
  }

  get flags() {
    this.isAskedFlags = true;
    return this.packet.flags;
  }

  /** True when the other one differs in nothing that was asked. */
  faresLike({ side, state, flags }: Packet): boolean {
    const own = this.packet;
    if (side !== own.side || (this.isAskedFlags && `${flags}` !== `${own.flags}`)) return false;
    const named = (each: Packet["state"]) => (typeof each === "object" ? each.doubt : each);
    return !this.isAskedState || (typeof state === typeof own.state && named(state) === named(own.state));
  }
}
