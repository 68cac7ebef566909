import { AddressSet } from "../../model/addresses.js";
import { AccessMap, type Lookup } from "./access.js";
import type { Configuration } from "./configuration.js";
import { type Relaying, relayingByName, relayingOf } from "./relay.js";

/** What the access map holds for clients. */
interface Entry {
  readonly value: string;
  readonly at: string;
}

/** Clients that are all treated alike. */
export interface ClientClass {
  readonly from: AddressSet;
  /** `Connect:`, or a key without a tag. */
  readonly connect: Entry | undefined;
  /** `TLS_Clt:`. */
  readonly requirement: Entry | undefined;
  /** `Srv_Features:`. */
  readonly features: Entry | undefined;
  readonly relaying: Relaying | undefined;
}

export interface Clients {
  readonly classes: readonly ClientClass[];
  /** What lets clients or recipients through that no address tells. */
  readonly relayedByName: readonly string[];
  /** Entries by the client's name that undo what is said of the others. */
  readonly loosenedByName: { readonly connect: readonly string[]; readonly tls: readonly string[] };
}

/** @returns the file that is not at hand, where the access map cannot be told. */
export function clientsOf(configuration: Configuration): Clients | { readonly missing: string; readonly at: string } {
  const { access } = configuration;
  let map: AccessMap | undefined;
  if (access) {
    const file = access.path === undefined ? undefined : configuration.file(access.path);
    if (!file) return { missing: access.path ?? `the access map in ${access.at}`, at: access.at };
    map = new AccessMap(file.text, file.at, configuration.skips);
  }
  const compressed = configuration.last("UseCompressedIPv6Addresses");
  if (map && compressed && !/^[^tTyY]/.test(String(compressed.value)))
    configuration.doubt("dialogue", `how keys of IPv6 are spelt (${compressed.at})`, compressed.at);
  const connect = map?.lookUp("connect", true);
  const tls = map?.lookUp("tls_clt", false);
  const features = map?.lookUp("srv_features", false);
  if (features && features.byName.length > 0) {
    const { at } = features.byName[0] as Entry;
    configuration.doubt("dialogue", `which clients have the name in ${at} (Srv_Features)`, at);
  }
  if (map?.has("tls_srv_features"))
    configuration.doubt("dialogue", "what TLS_Srv_Features in the access map sets", access?.at ?? configuration.at);
  const relaying = relayingOf(configuration, connect);
  const firsts = AddressSet.firstComers([...relaying.map(({ clients }) => clients), AddressSet.everything]);
  const classes = firsts.flatMap((from, i) =>
    cut(from, connect).flatMap((one) =>
      cut(one.from, tls).flatMap((two) =>
        cut(two.from, features).map(
          (three): ClientClass => ({
            from: three.from,
            connect: one.entry,
            requirement: two.entry,
            features: three.entry,
            relaying: relaying[i],
          }),
        ),
      ),
    ),
  );
  return {
    classes,
    relayedByName: relayingByName(configuration, connect),
    loosenedByName: {
      connect: loosening(connect, ({ value }) => /^(?:OK|RELAY)$/i.test(value)),
      tls: loosening(tls, () => true),
    },
  };
}

function cut(from: AddressSet, lookup: Lookup | undefined): { from: AddressSet; entry: Entry | undefined }[] {
  if (!lookup) return from.isEmpty ? [] : [{ from, entry: undefined }];
  return lookup.answers.flatMap(({ from: of, value, at }) => {
    const both = from.intersect(of);
    return both.isEmpty ? [] : [{ from: both, entry: value === undefined ? undefined : { value, at } }];
  });
}

function loosening(lookup: Lookup | undefined, fits: (entry: Entry) => boolean): string[] {
  const found = lookup?.byName.find(fits);
  return found ? [`which clients have the name in ${found.at}`] : [];
}
