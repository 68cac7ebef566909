import { AddressSet } from "../../model/addresses.js";
import type { Evidence } from "../../model/evidence.js";
import { type Maybe, unknown } from "../../model/maybe.js";
import { clientBlock } from "./blocks.js";
import type { HarakaFiles } from "./files.js";
import type { Plugins } from "./plugins.js";

/** The clients that count as logged in from the start. @throws NotAtHand */
export function trustedClients(
  files: HarakaFiles,
  plugins: Plugins,
): { readonly set: AddressSet; readonly evidence: Evidence } {
  const says = "relay_acl_allow names the clients that may relay without AUTH";
  const evidence = { kind: "code", at: files.at("relay_acl_allow"), says } as const;
  if (!plugins.find("relay") || !files.ini("relay.ini").boolean("relay", "acl", true))
    return { set: AddressSet.empty, evidence };
  const entries = files.list("relay_acl_allow").map(({ text }) => (text.split("#")[0] ?? "").trim());
  return { set: AddressSet.join(entries.flatMap((each) => clientBlock(each, "32") ?? [])), evidence };
}

/** Is a recipient of another domain taken from a client that is not trusted and got as far as RCPT? */
export interface Recipients {
  readonly taken: Maybe<boolean>;
  readonly evidence: Evidence;
}

/** The first plugin that says yes or no counts. @throws NotAtHand */
export function foreignRecipients(files: HarakaFiles, plugins: Plugins): Recipients {
  for (const { name } of plugins.all) {
    const decided = plugins.find(name) && decides(name, files);
    if (decided) return decided;
  }
  return {
    taken: false,
    evidence: { kind: "code", at: files.at("plugins"), says: "no plugin takes recipients of other domains" },
  };
}

function decides(name: string, files: HarakaFiles): Recipients | undefined {
  if (name === "relay") return relayDecides(files);
  return name === "rcpt_to.in_host_list" ? hostsDecide(files) : undefined;
}

function relayDecides(files: HarakaFiles): Recipients | undefined {
  const evidence = (key: string, says: string) => files.evidence("relay.ini", "relay", key, says);
  const relay = files.ini("relay.ini");
  if (relay.boolean("relay", "dest_domains", false) && files.ini("relay_dest_domains.ini").has("domains"))
    return { taken: false, evidence: evidence("dest_domains", "dest_domains refuses domains that are not listed") };
  if (relay.boolean("relay", "all", false))
    return { taken: true, evidence: evidence("all", "all takes every recipient") };
  return undefined;
}

/** host_list names whole domains; an expression of host_list_regex may match any. */
function hostsDecide(files: HarakaFiles): Recipients | undefined {
  const lines = files.list("host_list_regex");
  const every = lines.find(({ text }) => /^\^?\.[*+]\$?$/.test(text));
  if (every)
    return { taken: true, evidence: { kind: "code", at: every.at, says: "this expression matches every domain" } };
  // An expression that ends in a literal domain of two labels matches below that domain alone.
  const open = lines.find(({ text }) => !/[a-z\d-]+\\\.[a-z\d-]+\$?$/i.test(text) || text.includes("|"));
  if (!open) return undefined;
  const says = "host_list_regex may match other domains";
  return { taken: unknown(`whose domains ${open.at} matches`), evidence: { kind: "code", at: open.at, says } };
}
