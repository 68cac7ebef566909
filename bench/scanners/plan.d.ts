import type { Case } from "./cases.js";

export function planOf(resources: Case["resources"]): Record<string, unknown>;
