import { type FactName, type FactOf, factsNamed } from "../../model/fact.js";
import { isUnknown } from "../../model/maybe.js";
import type { View } from "../../model/rule.js";

/** A client of a server on the same machine: nothing leaves it. */
export function isLocal({ subject }: View): boolean {
  return / -> (\[::1\]|localhost|127\.[\d.]+|\/\S*):/i.test(subject);
}

/** A relay that is declared for it, or that a program on it is set to use. */
export function isUsed(view: View): boolean {
  return view.relay !== undefined || factsNamed(view.facts, "clientPort").length > 0;
}

/** What the same client's settings say under another name. */
export function beside<N extends FactName>(view: View, name: N): FactOf<N>["value"] | undefined {
  return factsNamed(view.facts, name)[0]?.value;
}

/** Does it log in? Undefined where that is unknown. */
export function logsIn(view: View): boolean | undefined {
  const auth = beside(view, "clientAuth");
  return auth === undefined || isUnknown(auth) ? undefined : auth.login;
}

/** What would tell whether it logs in. */
export function loginMissing(view: View): readonly string[] {
  const auth = beside(view, "clientAuth");
  return auth !== undefined && isUnknown(auth) ? auth.unknown : [];
}
