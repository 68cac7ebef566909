import type { Row } from "./block.js";
import { undecidedConnects } from "./connect.js";
import { conversations } from "./conversation.js";
import { decidedByDefinitions } from "./definitions.js";
import { decidedByComparison } from "./way.js";

/** The decision table: the first row that matches decides. Each says how sure it is and what led to it. */
export const culprits: readonly Row[] = [
  ...decidedByDefinitions,
  ...decidedByComparison,
  ...undecidedConnects,
  ...conversations,
];
