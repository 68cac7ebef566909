import fc from "fast-check";
import { openTable } from "../../mail/postfix/tables/index.js";
import type { Finds, Table } from "../../mail/postfix/tables/table.js";
import { newest } from "../../mail/postfix/versions.js";
import { AddressSet } from "../../model/addresses.js";
import { runInLab } from "../setup/mail-lab.js";
import { describeWith } from "../setup/real-part.js";
import { namespacesUnavailable, unpacked } from "../setup/unpacked.js";
import { drawn } from "./drawn.js";

// What a table at hand is said to hold is what the real postmap(1) finds in it:
//   PORT587_SEED=20261128 PORT587_CASES=1000 npm test -- test/lab/postfix-lookups
const { seed, count } = drawn("Postfix table", 100);

const addresses = [
  ...["127.0.0.1", "127.0.0.2", "192.0.2.1", "192.0.2.200", "198.51.100.7", "10.0.0.0", "255.255.255.255"],
  ...["::", "::1", "::1:2", "::1:0:2", "2001:db8::", "2001:db8::1", "2001:db8::1:5", "2001:db8:0:1::", "fe80::1"],
  ...["2001:db8:1:2:3:4:5:6", "2001:db8:1::", "1:0:0:2::", "2001:0:0:1:0:0:0:1", "::ffff:192.0.2.1", "2a00:1:2::3"],
].filter((each) => !each.includes("ffff"));
const texts = [
  "a",
  "ab",
  "mail.example.com",
  "bad@spam.example",
  "x y",
  "<>",
  "ABC",
  "example.com",
  "foo/bar",
  "user@",
];

const values = fc.constantFrom("OK", "REJECT", "DUNNO x", "550 no,  really", "{a}");
const gap = fc.constantFrom(" ", "\t", "   ", "\n ", " \n# in between\n\t");
const one = (...parts: (readonly string[] | fc.Arbitrary<string>)[]) =>
  fc
    .tuple(...parts.map((part) => (part instanceof fc.Arbitrary ? part : fc.constantFrom(...part))))
    .map((each) => each.join(""));
const blocks = [
  ...[
    "127.0.0.0/8",
    "127.0.0.2",
    "127.0.0.2/32",
    "192.0.2.0/25",
    "192.0.2.1/25",
    "0.0.0.0/0",
    "::/0",
    "[::1]",
    "300.1.1.1",
  ],
  ...[
    "2001:db8::/32",
    "[2001:DB8::]/48",
    "2001:db8::1/32",
    "::1/129",
    "10.0.0.0/08",
    "10/8",
    "198.51.100.7/",
    "1.2.3",
    "a.b",
  ],
  ...[
    "[127.0.0.1",
    "[127.0.0.1]",
    "fe80::/10",
    "127.0.0.0/255.0.0.0",
    "0.0.0.0/1",
    "010.0.0.0",
    "0x7f.0.0.1",
    "192.0.02.0/24",
    "10.0.0.0.0",
  ],
];
const cidr = fc.oneof(
  { weight: 6, arbitrary: one(["", "", "!", "! ", "!!"], blocks, gap, values) },
  one(["if ", "IF\t", "if !", "if!", "if"], blocks, ["", "", " extra"]),
  fc.constantFrom("endif", "ENDIF ", "endif x", "# comment", "", "127.0.0.1", "  continued", "junk OK"),
);
const keys = [
  ...["127", "127.0", "127.0.0", "127.0.0.2", "127.", "127.0.0.0/8", "192.0.2", "192.0.02", "10.0.0.0", "999", "2001"],
  ...[
    "::1",
    "::",
    "2001:db8",
    "2001:DB8::1",
    "2001:db8:",
    "2001:db8:0",
    "2001:db8:0:1",
    "2001:db8::",
    "1:0:0:2",
    "::1:0",
  ],
  ...[
    "fe80",
    "2001:db8:1:2:3:4:5:6",
    "2001:db8:1:2:3:4:5",
    "2001:0db8",
    "2001:0:0:1",
    "2001:db8:1",
    ":",
    "1:0:0",
    "::1:",
  ],
  ...[
    "a",
    "AB",
    "example.com",
    ".example.com",
    '"x y"',
    "x\\ y",
    '"open',
    "a:",
    "user@",
    "bad@spam.example",
    "<>",
    "#a",
  ],
];
const keyed = fc.oneof(
  { weight: 6, arbitrary: one(keys, gap, values) },
  fc.constantFrom("# comment", "", "nokey", "  continued", "a", "a\tb\tc", "key= value"),
);
const expressions = [
  ...[
    "/^/",
    "/./",
    "//",
    "/.*/",
    "/^.*$/",
    "/^(.+)$/",
    "/$/",
    "/.$/",
    "/^.$/",
    "/^$/",
    "/a/",
    "/spam\\.example$/",
    "/[/",
  ],
  ...[
    "|a|b|",
    "/a|b/",
    "/(a/",
    "/example(\\.com)?/",
    "!/./",
    "!/spam/",
    "! /ab/",
    "/foo\\/bar/",
    "/AB/",
    "/ex?/",
    "/open",
  ],
  ...["aba", "/[ab]c/", "/a{2}/", "/^mail/", "/(?i)x/", "/x*y*/", "!!/a/"],
];
const pattern = fc.oneof(
  {
    weight: 6,
    arbitrary: one(
      expressions,
      ["", "", "i", "m", "x", "q"],
      gap,
      fc.oneof(values, fc.constantFrom("$1", "OK $1", "$2 x", "$$ y")),
    ),
  },
  one(["if ", "IF ", "if!", "if !"], expressions, ["", "i", " extra"]),
  fc.constantFrom("endif", "endif x", "# comment", "", "/a/", "  continued"),
);
const rules = fc.oneof(
  fc.tuple(fc.constant("cidr"), fc.array(cidr, { minLength: 1, maxLength: 8 })),
  fc.tuple(fc.constantFrom("texthash", "hash"), fc.array(keyed, { minLength: 1, maxLength: 8 })),
  fc.tuple(fc.constantFrom("regexp", "pcre"), fc.array(pattern, { minLength: 1, maxLength: 5 })),
);

const main =
  "compatibility_level = 3.6\nqueue_directory = @LAB@\ndata_directory = @LAB@\nmyhostname = mail.lab.example\nmeta_directory = @LAB@/etc\n";
/** What the package of PCRE adds when it is installed. */
const modules = { "etc/dynamicmaps.cf": "pcre postfix-pcre.so dict_pcre_open\n" };
const start = `
for table in @LAB@/etc/*.*; do
  type=\${table##*.}; [ "$type" != cf ] || continue
  [ "$type" != hash ] || postmap -c @LAB@/etc "hash:$table" || :
  postmap -c @LAB@/etc -q - "$type:$table" <@LAB@/keys >"$table-found" || :
done
`;

/** As smtpd asks a table with keys for an address: whole, then without its last number, and so on. */
function beginnings(address: string): string[] {
  const separator = address.includes(":") ? ":" : ".";
  const cut = address.lastIndexOf(separator);
  return cut < 0 ? [address] : [address, ...beginnings(address.slice(0, cut))];
}

function withPatterns(type: string): boolean {
  return type === "regexp" || type === "pcre";
}

function agrees(finds: Finds, real: string | undefined): boolean {
  return finds.some((each) => each?.value === "$" || each?.value.trimEnd() === real);
}

describeWith(namespacesUnavailable())("what tables hold and what the real postmap finds", () => {
  const tables = fc.sample(rules, { seed, numRuns: count }).map(([type, lines], i) => ({
    name: `${i}.${type}`,
    text: `${lines.join("\n")}\n`,
  }));
  const asked = [...new Set([...addresses.flatMap(beginnings), ...texts])].filter((key) => key !== "");
  let found: ReadonlyMap<string, string>[];
  let log: string;

  beforeAll(async () => {
    const files = Object.fromEntries(tables.map(({ name, text }) => [`etc/${name}`, text]));
    const instance = {
      files: { ...files, keys: `${asked.join("\n")}\n`, "etc/main.cf": main, "etc/master.cf": "", ...modules },
      ...{ start, looks: [] },
    };
    const software = {
      root: unpacked("postfix-tables", ["postfix", "postfix-pcre", "iproute2"]),
      users: ["postfix", "postdrop"],
    };
    [found = []] = await runInLab(software, [instance], ({ written, log: said }) => {
      log = said;
      return tables.map(({ name }) => {
        const lines = written(`etc/${name}-found`)
          .split("\n")
          .filter((line) => line.includes("\t"));
        return new Map(lines.map((line) => [line.slice(0, line.indexOf("\t")), line.slice(line.indexOf("\t") + 1)]));
      });
    });
  }, 600_000);

  it.each(tables.map((table, i) => [table.name, i, table] as const))("%s", (name, i, { text }) => {
    const real = found[i] as ReadonlyMap<string, string>;
    const type = name.replace(/.*\./, "");
    const table = openTable(`${type}:/x`, "", newest, () => ({ at: name, text })) as Table;
    const { addresses: whole, networks, texts: any, named, names } = table.answers((value) => value);
    const wrong: string[] = [];
    const check = (what: string, finds: Finds, is: string | undefined) => {
      if (!agrees(finds, is?.trimEnd())) wrong.push(`${what}: ${JSON.stringify(finds)} is ${is}`);
    };
    const open = { whole: 0, all: 0 };
    for (const address of addresses) {
      const client = AddressSet.of(address);
      const of = (parts: ReturnType<typeof whole>) => parts.find(({ from }) => from.contains(client))?.finds ?? [];
      check(`whole ${address}`, of(whole()), real.get(address));
      const keysOf = type === "cidr" || withPatterns(type) ? [address] : beginnings(address);
      check(
        `network ${address}`,
        of(networks()),
        keysOf.map((key) => real.get(key)).find((each) => each !== undefined),
      );
      open.all++;
      if (of(whole()).length > 1) open.whole++;
    }
    for (const one of texts) {
      check(`text ${one}`, [...any, ...named("mailboxes", () => true)], real.get(one));
      if (/^[\w.]+$/.test(one)) check(`name ${one}`, names, real.get(one));
    }
    if (wrong.length > 0) wrong.push(text);
    expect(wrong).toEqual([]);
    // Of whole addresses a table without patterns leaves nothing open.
    if (!withPatterns(type)) expect(open.whole).toBe(0);
  });

  it.each(tables.map((table) => [table.name, table] as const))("%s: lines without effect", (name, { text }) => {
    const type = name.replace(/.*\./, "");
    const { skipped, failsAt } = openTable(`${type}:/x`, "", newest, () => ({ at: name, text })) as Table;
    const ours = (start: RegExp) =>
      skipped.flatMap(({ at, says }) => (start.test(says) ? [Number(at.replace(/.*:/, ""))] : []));
    const real = (words: RegExp) => {
      const lines = log.split("\n").filter((line) => line.includes(`/${name}, line `) && words.test(line));
      return [...new Set(lines.map((line) => Number(/, line (\d+): /.exec(line)?.[1])))].sort((a, b) => a - b);
    };
    const skips = ours(/^Postfix skips/);
    if (withPatterns(type))
      expect(real(/skipping|ignoring this rule|unrecognized|ignoring ENDIF/)).toEqual(expect.arrayContaining(skips));
    else expect(skips).toEqual(real(/skipping|ignoring this line|expected format/));
    if (type === "texthash")
      expect(failsAt !== undefined).toBe(log.includes(`/${name}, line`) && real(/duplicate/).length > 0);
  });

  it("finds something in most of them", () => {
    expect(found.filter((each) => each.size > 0).length).toBeGreaterThan(tables.length / 2);
  });
});
