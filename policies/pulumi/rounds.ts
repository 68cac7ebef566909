import type { PolicyResourceLike } from "../../sources/pulumi/index.js";
import type { Round } from "./round.js";
import type { Settings } from "./tap.js";

/** Reads the stack once for all policies: the engine asks them one after the other about the same resources. */
export class Rounds {
  private settings: Settings = {};
  private readonly inputs = new Map<string, Readonly<Record<string, unknown>>>();
  private resources: () => PolicyResourceLike[] = () => [];
  private round: Promise<Round> | undefined;
  private loading: ReturnType<typeof load> | undefined;

  configure(settings: Settings): void {
    this.settings = settings;
  }

  remember(urn: string, inputs: Readonly<Record<string, unknown>>): void {
    this.inputs.set(urn, inputs);
    this.loading ??= load();
  }

  begin(resources: () => PolicyResourceLike[]): void {
    this.resources = resources;
    this.round = undefined;
  }

  current(): Promise<Round> {
    this.round ??= this.look();
    return this.round;
  }

  private async look(): Promise<Round> {
    const { look } = await (this.loading ?? load());
    const round = await look(this.resources, this.inputs, this.settings);
    this.inputs.clear();
    this.resources = () => [];
    return round;
  }
}

/** All that judges is loaded while the program still runs: the engine waits for it neither at start nor at the end. */
function load() {
  const loading = import("./look.js");
  // Whoever awaits it is told of a failure.
  loading.catch(() => undefined);
  return loading;
}
