import { InputError } from "../../model/errors.js";
import { link, type Resource } from "./resource.js";
import { draftOf, serialised } from "./state.js";

export interface PreviewDocument {
  readonly steps: unknown;
  readonly changeSummary?: unknown;
}

export function isPreview(document: object): document is PreviewDocument {
  return "steps" in document;
}

interface Step {
  readonly op: unknown;
  readonly newState?: unknown;
}

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
  const kept = steps.filter((step) => step.newState !== undefined && step.newState !== null);
  return link(kept.map((step, i) => draftOf(serialised(step.newState, `${path}#steps[${i}].newState`))));
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
