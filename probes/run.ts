import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Step } from "../model/observation.js";
import { endpointSubject } from "../model/subjects.js";
import type { TrustStore } from "./chain.js";
import type { Letter } from "./letter.js";
import type { Login } from "./login.js";
import { asciiHost, defaultTimeouts, type ProbeOptions, type Target, type Timeouts } from "./options.js";
import type { Slots } from "./slots.js";

/** The probe of one endpoint: its limits, what it counts and what it must clean up. */
export class Run {
  readonly timeouts: Timeouts;
  /** The name for SNI and certificate. */
  readonly host: string;
  /** Where connections go. */
  readonly connectHost: string;
  readonly connectPort: number;
  readonly steps: Step[] = [];
  connections = 0;
  /** True when it is we who end what is still open. */
  isOver = false;
  private deadline: number;
  private readonly sockets = new Set<Socket>();

  constructor(
    readonly target: Target,
    readonly options: ProbeOptions,
    readonly trust: TrustStore,
    private readonly slots: Slots,
  ) {
    this.timeouts = { ...defaultTimeouts, ...options.timeouts };
    this.deadline = performance.now() + this.timeouts.endpoint;
    this.host = asciiHost(target.host) ?? target.host;
    const goal = target.connectTo ?? target;
    this.connectHost = asciiHost(goal.host) ?? goal.host;
    this.connectPort = goal.port;
  }

  /** The credentials that were given for this host. */
  get login(): Login | undefined {
    const { login } = this.options;
    return login?.host === this.target.host ? login : undefined;
  }

  /** The message that was given for this endpoint. */
  get letter(): Letter | undefined {
    const { host, port } = this.target;
    const { letter } = this.options;
    return letter?.through === endpointSubject(host, port) ? letter : undefined;
  }

  /** `ms`, or what is left of the endpoint's budget when that is less. */
  limit(ms: number): number {
    return Math.max(0, Math.min(ms, this.deadline - performance.now()));
  }

  /** More of the budget, for what takes its time by nature. */
  allow(ms: number): void {
    this.deadline += ms;
  }

  /** Waits before a second try with a server that asked for it; false, at once, when the budget does not hold the wait. */
  async backOff(): Promise<boolean> {
    const ms = this.timeouts.backOff;
    if (this.limit(ms) < ms) return false;
    await sleep(ms);
    return true;
  }

  /** Evidence's place: `host:port (address)`, and where the connection really went when it was mapped. */
  at(address: string): string {
    const { host, port, connectTo } = this.target;
    const goal = connectTo ? `${address} port ${connectTo.port}, connected to in its place` : address;
    return `${host}:${port} (${goal})`;
  }

  step(step: Step): void {
    const rounded = { ...step, ms: Math.round(step.ms) };
    this.steps.push(rounded);
    this.options.onStep?.(rounded, this.target);
  }

  own(socket: Socket): void {
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
  }

  /** Waits for a server's last answers, or its goodbye, while another endpoint may be begun. */
  leave<T>(end: () => Promise<T>): Promise<T> {
    return this.slots.leave(end);
  }

  /** Ends every connection, whatever its state. */
  close(): void {
    this.isOver = true;
    for (const socket of this.sockets) socket.destroy();
  }
}
