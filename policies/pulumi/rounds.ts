import type { PolicyResourceLike } from "../../sources/pulumi/index.js";
import type { Round } from "./round.js";
import type { Settings } from "./tap.js";

/** Reads the stack once for all policies: the engine asks them one after the other about the same resources. */
export class Rounds {
  private settings: Settings = {};
  private readonly inputs = new Map<string, () => Readonly<Record<string, unknown>>>();
  private resources: () => PolicyResourceLike[] = () => [];
  private round: Promise<Round> | undefined;

  configure(settings: Settings): void {
    this.settings = settings;
  }

  remember(urn: string, read: () => Readonly<Record<string, unknown>>): void {
    this.inputs.set(urn, read);
  }

  begin(resources: () => PolicyResourceLike[]): void {
    this.resources = resources;
    this.round = undefined;
  }

  current(): Promise<Round> {
    this.round ??= this.look();
    return this.round;
  }

  /** All that judges is loaded with the first stack, so that the engine need not wait for it at start. */
  private async look(): Promise<Round> {
    const { look } = await import("./look.js");
    const round = await look(this.resources, this.inputs, this.settings);
    this.inputs.clear();
    this.resources = () => [];
    return round;
  }
}
