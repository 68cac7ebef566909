import fc from "fast-check";
import type { NetworkInterface } from "../../model/network.js";
import { hostLayersOf } from "../../sources/host-firewall/machine.js";
import { describeWith } from "../setup/real-part.js";
import { lacksUfw, savedByUfw } from "../setup/ufw.js";
import { factsOf } from "../sources/pulumi/programs.js";
import { type Differing, differences, inLabs, type Told } from "./host-firewall-agreement.js";
import type { Case } from "./host-firewall-cases.js";

/*
 * Commands of ufw, as set-ups of machines run them: ufw itself obeys them, the kernel filters with what it made, and what
 * the product reads from the words has to agree.
 */

const cidrs = ["192.0.2.0/24", "10.0.0.0/8", "8.8.8.8", "0.0.0.0/1", "2001:db8::/32", "fd00::/8", "2000::/3"];
const pick = fc.constantFrom;
const verb = pick("allow", "allow", "allow", "deny", "reject");
const way = pick([], [], [], ["in"], ["out"]);
const port = pick("587", "587", "25", "465", "25,465,587", "500:600", "2525");
const protocol = pick("tcp", "tcp", "tcp", "udp");

const plain = fc
  .tuple(way, port, pick("/tcp", "/tcp", "/udp", ""))
  .map(([side, ports, suffix]) => [...side, `${ports}${suffix === "" && /[,:]/.test(ports) ? "/tcp" : suffix}`]);
const application = pick("SMTP", "Mail submission", "IMAPS", "SSH", "WWW Full").map((name) => [name]);
const full = fc
  .tuple(way, protocol, pick("from", "to"), pick("any", ...cidrs), fc.option(port, { nil: undefined }), fc.boolean())
  .map(([side, name, end, address, ports, late]) => {
    const out = side[0] === "out";
    // Addresses of the host itself are not known to a reader of the commands.
    const theirs = out ? "to" : "from";
    const mine = out ? "from" : "to";
    const target = ports === undefined ? [] : out ? ["port", ports] : [mine, "any", "port", ports];
    const words = [theirs, end === "to" && ports !== undefined ? "any" : address, ...target];
    const named = ports === undefined && !late ? [] : ["proto", name];
    return [...side, ...(late ? [...words, ...named] : [...named, ...words])];
  });
const rule = fc
  .tuple(
    verb,
    fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: application }, { weight: 3, arbitrary: full }),
  )
  .map(([action, words]) => [action, ...words]);
const policy = fc
  .tuple(pick("allow", "deny", "reject"), pick("incoming", "incoming", "outgoing"))
  .map(([action, side]) => ["default", action, side]);
const command = fc.oneof(
  { weight: 8, arbitrary: rule },
  { weight: 1, arbitrary: rule.map((words) => ["prepend", ...words]) },
  { weight: 1, arbitrary: policy },
  { weight: 1, arbitrary: pick(["status"], ["logging", "off"], ["reload"]) },
);
/** Some rules are deleted again, some changed. */
const commands = fc
  .tuple(fc.array(command, { minLength: 1, maxLength: 7 }), fc.nat(6), pick("delete", "deny", "", ""))
  .map(([list, place, then]) => {
    const target = list[place % list.length] as string[];
    const isRule = ["allow", "deny", "reject"].includes(target[0] ?? "");
    const more =
      !isRule || then === "" ? [] : [then === "delete" ? ["delete", ...target] : ["deny", ...target.slice(1)]];
    return [...list, ...more, ["--force", "enable"]];
  });

async function toldBy(list: readonly (readonly string[])[]): Promise<Told> {
  const script = {
    commands: list.map((words, i) => ({ words: ["ufw", ...words], at: `command ${i + 1}` })),
    unread: [],
  };
  const layers = await hostLayersOf({ files: new Map(), script, placeOf: (path) => path });
  if (layers === undefined) throw new Error("commands without layers");
  const evidence = { kind: "code", at: "here", says: "a host" } as const;
  const nic: NetworkInterface = { id: "host", name: "host", kind: "instance", origin: "planned", evidence, ...layers };
  return { facts: factsOf({ interfaces: [nic], definitions: [] }), nic };
}

describeWith(lacksUfw())("ufw", () => {
  const seed = Number(process.env.PORT587_SEED ?? 587);
  const total = Number(process.env.PORT587_CASES ?? 8);

  it(
    `makes of random commands what is read of them (PORT587_SEED=${seed} PORT587_CASES=${total})`,
    async () => {
      const drawn = fc.sample(commands, { numRuns: total, seed });
      const work = drawn.map((list, index) => {
        const { ipv4, ipv6, refused } = savedByUfw(list);
        const rules: Case = { iptables: { ipv4, ipv6 }, unclear: false };
        return { list, refused, rules, index };
      });
      const able = work.filter(({ refused }) => refused === "");
      const answers = await inLabs(able, 600);
      const differing = (
        await Promise.all(
          able.map(async ({ list, rules, index }, i) => {
            const answer = answers[i];
            if (answer === undefined || answer.refused !== undefined) throw new Error(answer?.refused);
            const found: Differing[] = differences(rules, index, answer, await toldBy(list));
            return found.map(({ problem }) => `${problem}\n${list.map((words) => words.join(" ")).join("\n")}`);
          }),
        )
      ).flat();
      expect(able.length).toBeGreaterThan(total / 2);
      expect(differing.slice(0, 3)).toEqual([]);
    },
    60_000 + total * 10_000,
  );
});
