import type { PolicyResourceLike } from "../../sources/pulumi/index.js";
import { propertiesWhenAsked } from "../../sources/pulumi/properties.js";
import type { Given } from "./program.js";
import type { Round } from "./round.js";
import type { Settings } from "./tap.js";

/** So many resources of each type are kept for a rehearsal while the program still runs. */
const most = 1000;

/** Reads the stack once for all policies: the engine asks them one after the other about the same resources. */
export class Rounds {
  private settings: Settings = {};
  private readonly inputs = new Map<string, Given>();
  private readonly early = new Map<string, PolicyResourceLike[]>();
  private resources: () => PolicyResourceLike[] = () => [];
  private round: Promise<Round> | undefined;
  private loading: ReturnType<typeof load> | undefined;

  configure(settings: Settings): void {
    this.settings = settings;
  }

  remember(urn: string, type: string, inputs: Readonly<Record<string, unknown>>): void {
    const read = propertiesWhenAsked(() => inputs, urn);
    this.inputs.set(urn, { raw: inputs, read });
    try {
      // While the program still runs; the engine waits for us at the end of the stack.
      read();
    } catch {
      // Thrown again there, where it is told.
    }
    this.loading ??= load();
    const same = this.early.get(type) ?? [];
    if (same.length === most) return;
    this.early.set(type, same);
    same.push({ urn, type, id: undefined, props: inputs, dependencies: [], propertyDependencies: {} });
    if (same.length === 1 || same.length === most) this.rehearse([...same]);
  }

  /**
   * What judging compiles once, the schema of each type and code that runs often, is a fifth of the time that the engine
   * waits for us at the end of a large stack. The answer is of no use, nor is a failure: most of the stack is still to come.
   */
  private rehearse(resources: readonly PolicyResourceLike[]): void {
    this.loading?.then(({ look }) => look(() => [...resources], this.inputs, this.settings)).catch(() => undefined);
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
    this.early.clear();
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
