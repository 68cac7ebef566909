/**
 * Where the rules and policies of a file stand, by the way the product names places: the value is what the kernel's trace
 * calls the same one, `inet one input 3` for the fourth rule of the chain, `inet one input policy`.
 */
export function placesIn(name: string, text: string): ReadonlyMap<string, string> {
  if (name.endsWith(".json")) return ofListing(name, text);
  return new Map(name.endsWith(".conf") ? ofSyntax(name, text) : ofIptables(name, text));
}

interface Listed {
  readonly family: string;
  readonly table: string;
  readonly chain?: string;
  readonly name?: string;
  readonly handle?: number;
}

function ofListing(name: string, text: string): Map<string, string> {
  const { nftables } = JSON.parse(text) as { nftables: { chain?: Listed; rule?: Listed }[] };
  const count = counter();
  return new Map(
    nftables.flatMap(({ chain, rule }): [string, string][] => {
      if (chain) {
        const at = `${chain.family} ${chain.table} ${chain.name}`;
        return [[`${name}#${at}`, `${at} policy`]];
      }
      if (!rule) return [];
      const at = `${rule.family} ${rule.table} ${rule.chain}`;
      return [[`${name}#${at} handle ${rule.handle}`, `${at} ${count(at)}`]];
    }),
  );
}

/** Every rule on a line of its own. */
function ofSyntax(name: string, text: string): [string, string][] {
  const count = counter();
  let table = "";
  let chain: string | undefined;
  return text.split("\n").flatMap((line, i): [string, string][] => {
    const at = `${name}:${i + 1}`;
    const head = /^(?:(table) (\S+ \S+)|\s+(chain) (\S+)) \{$/.exec(line);
    if (head?.[1]) table = head[2] ?? "";
    if (head?.[3]) chain = `${table} ${head[4]}`;
    if (head?.[3]) return [[at, `${chain} policy`]];
    if (line.trim() === "}") chain = undefined;
    if (chain === undefined || /^\s*(type .*|)$/.test(line)) return [];
    return [[at, `${chain} ${count(chain)}`]];
  });
}

function ofIptables(name: string, text: string): [string, string][] {
  const count = counter();
  const family = name.endsWith("v6") ? "ip6" : "ip";
  let table = "";
  return text.split("\n").flatMap((line, i): [string, string][] => {
    const at = `${name}:${i + 1}`;
    const [, sign, chain] = /^(?:\*|(:|-A )(\S+))/.exec(line) ?? [];
    if (line.startsWith("*")) table = line.slice(1);
    if (sign === ":") return [[at, `${family} ${table} ${chain} policy`]];
    return sign === undefined ? [] : [[at, `${family} ${table} ${chain} ${count(`${table} ${chain}`)}`]];
  });
}

function counter(): (key: string) => number {
  const counts = new Map<string, number>();
  return (key) => {
    const next = counts.get(key) ?? 0;
    counts.set(key, next + 1);
    return next;
  };
}
