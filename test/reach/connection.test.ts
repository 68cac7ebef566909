import { AddressSet } from "../../model/addresses.js";
import { isUnknown, unknown } from "../../model/maybe.js";
import type { FilterRule, Layer } from "../../model/network.js";
import { exactly, undecidedSet } from "../../model/partial.js";
import { PortSet } from "../../model/ports.js";
import { connection } from "../../reach/connection.js";

const evidence = (at: string) => ({ kind: "code", at, says: "stands here" }) as const;
const anyone = AddressSet.everything;
const office = AddressSet.of("192.0.2.0/24");
const home = AddressSet.of("198.51.100.0/24");

function allow(
  id: string,
  low: number,
  high: number,
  peers = exactly(anyone),
  more: Partial<FilterRule> = {},
): FilterRule {
  return {
    id,
    action: "allow",
    protocol: "tcp",
    ports: PortSet.range(low, high),
    peers,
    evidence: evidence(id),
    ...more,
  };
}

function acl(...rules: FilterRule[]): Layer {
  const otherwise = { action: "deny", evidence: evidence("*") } as const;
  return { name: "network ACL", combine: "first-match", rules, otherwise, incomplete: [] };
}

const submission = [acl(allow("in", 587, 587))];

/** Layers of the answers, and for each group of clients the ports that lose them. */
const cases: [name: string, forward: Layer[], answers: Layer[], connecting: string[], lost: Record<string, string>][] =
  [
    ["no stateless layer", submission, [], ["0.0.0.0/0", "::/0"], {}],
    [
      "answers to every port",
      submission,
      [acl(allow("out", 1024, 65535))],
      ["0.0.0.0/0", "::/0"],
      { "0.0.0.0/0 ::/0": "none" },
    ],
    [
      "answers to the IANA range alone",
      submission,
      [acl(allow("out", 49152, 65535))],
      ["0.0.0.0/0", "::/0"],
      { "0.0.0.0/0 ::/0": "1024-49151" },
    ],
    [
      "answers to the Linux range alone",
      submission,
      [acl(allow("out", 32768, 60999))],
      ["0.0.0.0/0", "::/0"],
      { "0.0.0.0/0 ::/0": "1024-32767,61000-65535" },
    ],
    ["no answers at all", submission, [acl()], [], {}],
    ["answers to privileged ports only", submission, [acl(allow("out", 1, 1023))], [], {}],
    [
      "other ports for other clients",
      [acl(allow("office", 587, 587, exactly(office)), allow("home", 587, 587, exactly(home)))],
      [acl(allow("1", 32768, 65535, exactly(office)), allow("2", 1024, 65535, exactly(home)))],
      ["192.0.2.0/24", "198.51.100.0/24"],
      { "192.0.2.0/24": "1024-32767", "198.51.100.0/24": "none" },
    ],
    [
      "two holes for the same clients",
      submission,
      [
        acl(
          { ...allow("hole", 2000, 2999), action: "deny" },
          { ...allow("hole", 4000, 4999, exactly(office)), action: "deny" },
          allow("rest", 1024, 65535),
        ),
      ],
      ["0.0.0.0/0", "::/0"],
      { [office.complement().toCidrs().join(" ")]: "2000-2999", "192.0.2.0/24": "2000-2999,4000-4999" },
    ],
    [
      "an unknown rule on the way back",
      submission,
      [
        acl(
          { ...allow("unknown", 2000, 2999, undecidedSet(["urn#cidrBlock"], office)), action: "deny" },
          allow("rest", 1024, 65535),
        ),
      ],
      ["0.0.0.0/0", "::/0"],
      { [office.complement().toCidrs().join(" ")]: "none", "192.0.2.0/24": "unknown urn#cidrBlock" },
    ],
    [
      "an unknown rule on the way back, beside ports that are surely lost",
      submission,
      [
        acl(
          { ...allow("hole", 4000, 4999), action: "deny" },
          { ...allow("unknown", 2000, 2999, undecidedSet(["urn#cidrBlock"], office)), action: "deny" },
          allow("rest", 1024, 65535),
        ),
      ],
      ["0.0.0.0/0", "::/0"],
      { [office.complement().toCidrs().join(" ")]: "4000-4999", "192.0.2.0/24": "unknown urn#cidrBlock" },
    ],
    [
      "an unknown rule that changes nothing",
      submission,
      [
        acl(allow("all", 1024, 65535), {
          ...allow("unknown", 2000, 2999, undecidedSet(["urn#cidrBlock"])),
          action: "deny",
        }),
      ],
      ["0.0.0.0/0", "::/0"],
      { "0.0.0.0/0 ::/0": "none" },
    ],
    [
      "clients admitted from high ports alone",
      [acl(allow("in", 587, 587, exactly(anyone), { sourcePorts: PortSet.range(32768, 65535) }))],
      [acl(allow("out", 1024, 65535))],
      ["0.0.0.0/0", "::/0"],
      { "0.0.0.0/0 ::/0": "1024-32767" },
    ],
    [
      "clients admitted from one port alone, with nothing stateless on the way back",
      [
        acl(
          allow("from 2525", 587, 587, exactly(office), { sourcePorts: PortSet.of(2525) }),
          allow("home", 587, 587, exactly(home)),
        ),
      ],
      [],
      ["192.0.2.0/24", "198.51.100.0/24"],
      { "192.0.2.0/24": "1024-2524,2526-65535" },
    ],
    [
      "other client ports in doubt",
      [
        acl(
          allow("from 2525", 587, 587, exactly(office), { sourcePorts: PortSet.of(2525) }),
          allow("unknown", 587, 587, undecidedSet(["urn#cidrBlock"], office)),
        ),
      ],
      [],
      ["192.0.2.0/24"],
      { "192.0.2.0/24": "unknown urn#cidrBlock" },
    ],
    [
      "client ports below 1024, which no mail client connects from",
      [acl(allow("in", 587, 587, exactly(office), { sourcePorts: PortSet.range(1, 1023) }))],
      [],
      [],
      {},
    ],
  ];

it.each(cases)("%s", (_, forward, answers, connecting, lost) => {
  const { allowed, returns } = connection(forward, answers, 587);
  expect(allowed.certain.toCidrs()).toEqual(connecting);
  const told = returns.map((each) => [
    each.peers.toCidrs().join(" "),
    isUnknown(each.lost) ? `unknown ${each.lost.unknown}` : each.lost.toString(),
  ]);
  expect(Object.fromEntries(told)).toEqual(lost);
});

it("is undecided where the client's own ports are unknown", () => {
  const { allowed } = connection(
    [acl(allow("in", 587, 587, exactly(anyone), { sourcePorts: unknown("urn#sourcePort") }))],
    [],
    587,
  );
  expect(allowed.certain.isEmpty).toBe(true);
  expect(allowed.missing).toEqual(["urn#sourcePort"]);
});
