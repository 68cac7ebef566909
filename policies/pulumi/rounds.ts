import type { StackValidationArgs } from "@pulumi/policy";
import type { Rule } from "../../model/rule.js";
import type { Service } from "./services.js";
import type { Settings } from "./tap.js";

export interface Violation {
  readonly message: string;
  /** The resource that the decisive evidence stands in; absent: the stack as a whole. */
  readonly urn: string | undefined;
}

/** One look at the whole stack, shared by all policies. */
export interface Round {
  violationsOf(rule: Rule): Violation[];
  reportOf(service: Service): Violation[];
}

export type StackResources = StackValidationArgs["resources"];

/** Reads the stack once for all policies: the engine asks them one after the other about the same resources. */
export class Rounds {
  private settings: Settings = {};
  private readonly inputs = new Map<string, () => Readonly<Record<string, unknown>>>();
  private round: Promise<Round> | undefined;

  configure(settings: Settings): void {
    this.settings = settings;
  }

  remember(urn: string, read: () => Readonly<Record<string, unknown>>): void {
    this.inputs.set(urn, read);
  }

  begin(): void {
    this.round = undefined;
  }

  of(resources: StackResources): Promise<Round> {
    this.round ??= this.look(resources);
    return this.round;
  }

  /** All that judges is loaded with the first stack, so that the engine need not wait for it at start. */
  private async look(resources: StackResources): Promise<Round> {
    const { look } = await import("./look.js");
    const round = await look(resources, this.inputs, this.settings);
    this.inputs.clear();
    return round;
  }
}
