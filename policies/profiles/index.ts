import { bsi } from "./bsi.js";
import { mozillaIntermediate, mozillaModern } from "./mozilla.js";
import { ncscNl } from "./ncsc-nl.js";
import { nist } from "./nist.js";
import { pci } from "./pci.js";
import type { Profile } from "./profile.js";
import { rfc } from "./rfc.js";

export { judgeProfile } from "./judge.js";
export type { Profile } from "./profile.js";

/** Every profile. A new one is a data file here and a line in this list. */
export const profiles: readonly Profile[] = [rfc, nist, bsi, ncscNl, pci, mozillaModern, mozillaIntermediate];
