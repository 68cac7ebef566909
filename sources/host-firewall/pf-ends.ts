import { AddressSet } from "../../model/addresses.js";
import { InputError } from "../../model/errors.js";
import { PortSet } from "../../model/ports.js";
import { familySets } from "./box.js";
import type { Line, Tables } from "./pf-lines.js";
import { Words } from "./pf-words.js";
import { address, always, destinationPort, inDoubt, never, others, sourcePort, type Test, tcpOnly } from "./tests.js";
import { blocksIn, portOf, protocolKind } from "./values.js";

const perhapsUs: Test = inDoubt("the host's address");

/** Reads what stands behind `from` and `to`: hosts and ports. */
export class Ends extends Words {
  protected readonly tests: Test[] = [];

  constructor(
    line: Line,
    private readonly tables: Tables,
  ) {
    super(line);
  }

  /** `from` or `to`: hosts and, after `port`, ports. */
  protected end(end: "source" | "destination"): void {
    if (this.line.words[this.next] !== "port") this.hosts(end, this.list());
    if (this.line.words[this.next] !== "port") return;
    this.next++;
    const ports = this.ports();
    const make = end === "source" ? sourcePort : destinationPort;
    this.tests.push(ports === undefined ? inDoubt(`the ports of ${this.line.at}`) : make(ports));
  }

  /** Any of them. */
  protected protocols(words: readonly string[]): void {
    try {
      const kinds = words.map(protocolKind);
      const unnamed = words.filter((_, i) => kinds[i] === "unnamed");
      if (kinds.includes("tcp")) this.tests.push(tcpOnly);
      else this.tests.push(unnamed.length > 0 ? inDoubt(`the protocol ${unnamed.join(", ")}`) : never);
    } catch (error) {
      throw new InputError(this.line.at, (error as RangeError).message, "Expected `tcp` or 6.");
    }
  }

  private hosts(end: "source" | "destination", words: readonly string[]): void {
    const sets: AddressSet[] = [];
    const written: string[] = [];
    for (let i = 0; i < words.length; i++) {
      const negated = words[i] === "!";
      if (negated) i++;
      const word = words[i] ?? "";
      const isUs = word === "self" && !negated;
      const set = word === "any" ? AddressSet.everything : this.hostSet(word);
      if (isUs) {
        this.tests.push((packet) => ((end === "destination") === (packet.side === "in") ? always : perhapsUs)(packet));
        return;
      }
      if (set === undefined) {
        this.tests.push(inDoubt(`the addresses of ${word}`));
        return;
      }
      const family =
        set.ipv4.length === 0 ? familySets.ipv6 : set.ipv6.length === 0 ? familySets.ipv4 : AddressSet.everything;
      written.push(...blocksIn([word]));
      sets.push(negated ? family.subtract(set) : set);
    }
    const found = AddressSet.join(sets);
    if (!found.equals(AddressSet.everything)) this.tests.push(address(end, found, AddressSet.everything, written));
  }

  private hostSet(word: string): AddressSet | undefined {
    if (word.startsWith("<")) return this.tables.get(word.slice(1, -1));
    return addressSet(word, this.line.at);
  }

  private ports(): PortSet | undefined {
    const signs = ["=", "!=", "<", "<=", ">", ">="];
    const sign = signs.includes(this.line.words[this.next] ?? "") ? this.take() : "=";
    const words = this.list();
    const middle = this.line.words[this.next];
    const between = middle === "><" || middle === "<>";
    if (between) this.next++;
    try {
      const high = between ? portOf(this.take() ?? "") : undefined;
      const sets = words.map((word) => {
        const [low, top = low] = word.split(":").map((part) => portOf(part));
        return low === undefined || top === undefined ? undefined : PortSet.range(low, top);
      });
      if (!sets.every((set) => set !== undefined)) return undefined;
      const set = PortSet.union(...sets);
      const low = set.ranges[0]?.[0] ?? 0;
      if (between) {
        if (high === undefined) return undefined;
        const inner = high - low > 1 ? PortSet.range(low + 1, high - 1) : PortSet.empty;
        return middle === "><" ? inner : others(inner.union(PortSet.of(low, high)));
      }
      const from = (port: number) => (port > 65535 ? PortSet.empty : PortSet.range(port, 65535));
      if (sign === "=") return set;
      if (sign === "!=") return others(set);
      const above = from(sign === ">" || sign === "<=" ? low + 1 : low);
      return sign?.startsWith(">") ? above : others(above);
    } catch (error) {
      if (error instanceof RangeError)
        throw new InputError(this.line.at, error.message, "Expected `587`, `465:587` or a service.");
      throw error;
    }
  }
}

/** Undefined for interfaces and names, whose addresses the host alone knows. */
function addressSet(word: string, at: string): AddressSet | undefined {
  if (!/^[\d.]+(?:\/\d+)?$|^[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:\/\d+)?$/.test(word)) return undefined;
  try {
    return AddressSet.of(word);
  } catch (error) {
    throw new InputError(at, (error as RangeError).message, "Expected `192.0.2.1` or `192.0.2.0/24`.");
  }
}
