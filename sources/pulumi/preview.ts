import { InputError } from "../../model/errors.js";
import { link, type Resource } from "./resource.js";
import { draftOf, type SerialisedResource, serialised } from "./state.js";

export interface PreviewDocument {
  readonly steps: unknown;
  readonly changeSummary?: unknown;
}

export function isPreview(document: object): document is PreviewDocument {
  return "steps" in document;
}

interface Step {
  readonly op: unknown;
  readonly oldState?: unknown;
  readonly newState?: unknown;
}

/** Operations that keep the resource: its id and what the provider reported stand in the old state alone. */
const keeping: readonly unknown[] = ["same", "update", "refresh"];

/**
 * The resources that stand after the change, from the output of `pulumi preview --json`.
 * @throws InputError when unchanged resources were left out of it, or it has another shape.
 */
export function fromPreview(document: PreviewDocument, path: string): Resource[] {
  if (!Array.isArray(document.steps)) {
    throw new InputError(
      path,
      "`steps` is not a list",
      "Write the file anew with `pulumi preview --json --show-sames`.",
    );
  }
  const steps = document.steps.filter((step): step is Step => typeof step === "object" && step !== null);
  refuseGaps(document, steps, path);
  return link(steps.flatMap((step, i) => (step.newState ? [draftOf(stateAfter(step, `${path}#steps[${i}]`))] : [])));
}

function stateAfter(step: Step, at: string): SerialisedResource {
  const after = serialised(step.newState, `${at}.newState`);
  if (!keeping.includes(step.op) || !step.oldState) return after;
  const { id, outputs } = serialised(step.oldState, `${at}.oldState`);
  return { id, outputs, ...after };
}

/** Without the unchanged resources an unchanged rule that opens a port would be overlooked. */
function refuseGaps(document: PreviewDocument, steps: readonly Step[], path: string): void {
  const counted = Number((document.changeSummary as { same?: unknown } | undefined)?.same ?? 0);
  const shown = steps.filter((step) => step.op === "same").length;
  if (counted > shown) {
    throw new InputError(
      path,
      `${counted - shown} unchanged resources are left out of this preview`,
      "Run `pulumi preview --json --show-sames`.",
    );
  }
}
