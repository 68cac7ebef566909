import { field } from "./nftables-json.js";

const compared = "comparison of two ports at once, which nft 1.0.6 makes of `sport != … dport != …`";

/**
 * The statements of a rule, and what else they may be in the kernel. nft 1.0.6 of Debian 12 loads `tcp sport != 25 tcp dport
 * != 587` as one comparison of four bytes, which holds where either port differs; 1.1.7 loads two (both seen with
 * `nft --debug=netlink`). A listing shows two either way.
 */
export function* readingsOf(statements: readonly unknown[]): Generator<readonly unknown[], void> {
  yield statements;
  const unequal = statements.filter(isUnequalPort);
  const [first, second] = ["sport", "dport"].map((name) => unequal.find((each) => portField(each) === name));
  if (first === undefined || second === undefined) return;
  for (const one of [first, second]) {
    const turned = { match: { op: "==", left: part(one, "left"), right: part(one, "right") } };
    yield [{ [compared]: null }, ...statements.map((each) => (each === one ? turned : each))];
  }
}

/** Of one port: ranges and sets of several stay comparisons of their own. */
function isUnequalPort(statement: unknown): boolean {
  if (part(statement, "op") !== "!=" || portField(statement) === undefined) return false;
  const right = part(statement, "right");
  const set = field(right, "set");
  return ["number", "string"].includes(typeof right) || (Array.isArray(set) && set.length === 1);
}

function portField(statement: unknown): unknown {
  const payload = field(part(statement, "left"), "payload");
  return ["tcp", "th"].includes(String(field(payload, "protocol"))) ? field(payload, "field") : undefined;
}

function part(statement: unknown, name: string): unknown {
  return field(field(statement, "match"), name);
}
