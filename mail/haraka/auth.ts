import { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { privateClients } from "./blocks.js";
import type { HarakaFiles } from "./files.js";
import type { Plugins } from "./plugins.js";

/** What one auth plugin lists after EHLO. */
interface Offer {
  readonly mechanisms: readonly string[];
  /** The clients to whom it lists them in clear; in TLS it lists them to all. */
  readonly inClear: AddressSet;
  readonly evidence: Evidence;
}

/** The offers of the auth plugins, in their order. @throws NotAtHand */
export function authOffers(files: HarakaFiles, plugins: Plugins): Offer[] {
  return plugins.all.flatMap(({ name, at }): Offer[] => {
    if (!plugins.find(name)) return [];
    const evidence = { kind: "code", at, says: `the plugin ${name} offers AUTH inside TLS` } as const;
    const tlsOnly = { inClear: AddressSet.empty, evidence };
    switch (name) {
      case "auth/flat_file": {
        const says = `the plugin ${name} offers AUTH inside TLS, and to private addresses also in clear`;
        return [{ mechanisms: flatFileMethods(files), inClear: privateClients, evidence: { ...evidence, says } }];
      }
      case "auth/auth_proxy":
      case "auth/auth_bridge":
        return [{ mechanisms: ["PLAIN", "LOGIN"], ...tlsOnly }];
      case "auth/auth_vpopmaild": {
        const more = files.ini("auth_vpopmaild.ini").text("main", "sysadmin") ? ["CRAM-MD5"] : [];
        return [{ mechanisms: ["PLAIN", "LOGIN", ...more], ...tlsOnly }];
      }
      default:
        return [];
    }
  });
}

/** Haraka's own auth_flat_file.ini names CRAM-MD5; one in the directory is laid over it, key by key. */
function flatFileMethods(files: HarakaFiles): string[] {
  const methods = files.ini("auth_flat_file.ini").text("core", "methods") ?? "CRAM-MD5";
  return methods === "" ? [] : methods.split(",");
}

/** The mechanisms listed to a client by these offers. */
export function listed(offers: readonly Offer[]): string[] {
  return [...new Set(offers.flatMap((each) => each.mechanisms.map((one) => one.trim())))]
    .filter((one) => one !== "")
    .sort();
}

/** The last list counts for every plugin, and its words are compared as they are written. */
export function taken(offers: readonly Offer[]): string[] {
  const words = offers.filter((each) => each.mechanisms.length > 0).at(-1)?.mechanisms ?? [];
  return ["CRAM-MD5", "LOGIN", "PLAIN"].filter((each) => words.includes(each));
}
