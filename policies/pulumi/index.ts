import { PolicyPack, type PolicyPackConfig } from "@pulumi/policy";
import { rules } from "../index.js";
import { policiesOf } from "./policies.js";
import { Rounds } from "./rounds.js";
import { services } from "./services.js";
import { checkSettings, type Port587Args } from "./settings.js";
import { tapAnalyzer } from "./tap.js";

export type { Level, Port587Args, RuleId, ServiceId, Setting } from "./settings.js";

/**
 * The port587 policy pack. One process serves one pack; construct it once, in the pack's main file:
 *
 * ```typescript
 * import { Port587 } from "port587/pulumi";
 *
 * new Port587({ all: "mandatory", "tls-required": "advisory", "certificate-expiry": { days: 30 } });
 * ```
 *
 * Settings given with `--policy-pack-config` win over those given here.
 */
export class Port587 {
  /** @throws InputError when a rule, a level or an option is not known; it names the nearest that is. */
  constructor(args: Port587Args = {}) {
    const known = [...rules, ...services];
    checkSettings(args, known, "new Port587()");
    const rounds = new Rounds();
    tapAnalyzer(() => new PolicyPack("port587", { policies: policiesOf(rules, rounds) }, args as PolicyPackConfig), {
      configured: (settings) => {
        checkSettings(settings, known, "policy pack configuration");
        rounds.configure(settings);
      },
      inputs: (urn, type, inputs) => rounds.remember(urn, type, inputs),
      stack: (read) => rounds.begin(read),
    });
  }
}
