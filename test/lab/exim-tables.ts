import type { Case } from "./exim-cases.js";

const rcpt = "acl_smtp_rcpt = check_rcpt\n";
const hosts = (list: string) => `check_rcpt:\n  accept hosts = ${list}\n  deny message = 550 no\n`;
const domains = (list: string) => `check_rcpt:\n  accept domains = ${list}\n  deny message = 550 no\n`;
const condition = (text: string) => `check_rcpt:\n  accept condition = \${${text}}\n  deny message = 550 no\n`;

/** Lists and lookups in files: name, the ACL for RCPT, the file `t`, and what stays open. */
const cases: readonly (readonly [name: string, acl: string, table: string, open?: readonly string[]])[] = [
  ["hosts in a file", hosts("{tables}/t"), "# ours\n127.0.0.2 # one\n\n  192.0.2.0/24  \n"],
  ["hosts but those in a file", hosts("!{tables}/t"), "127.0.0.2\n192.0.2.0/24\n"],
  ["hosts but those in a file, and all", hosts("!{tables}/t : *"), "127.0.0.2\n"],
  ["hosts in a file with an exception", hosts("{tables}/t"), "!127.0.0.2\n127.0.0.0/8\n"],
  ["hosts in a file that ends with an exception", hosts("{tables}/t"), "!127.0.0.2\n"],
  ["an exception in a file that is one", hosts("!{tables}/t"), "!127.0.0.2\n127.0.0.0/8\n"],
  ["an exception at the end of a file that is one", hosts("!{tables}/t"), "127.0.0.0/8\n!192.0.2.0/24\n"],
  ["a file without a line", hosts("{tables}/t"), "# nobody\n"],
  ["an exception without a line", hosts("!{tables}/t"), ""],
  ["IPv6 hosts in a file", hosts("{tables}/t"), "::1\n2001:db8::/32\n"],
  ["a file among others", hosts("127.0.0.3 : {tables}/t : 192.0.2.10"), "!192.0.2.10\n127.0.0.2\n"],
  ["a list by name with a file", `${hosts("+ours")}`, "127.0.0.2\n"],
  ["hosts that net-iplsearch finds", hosts("net-iplsearch;{tables}/t"), '127.0.0.2: x\n192.0.2.0/24\n"::1" y\n'],
  ["hosts but those that net-iplsearch finds", hosts("!net-iplsearch;{tables}/t"), "127.0.0.2\n192.0.2.0/24: x\n"],
  ["hosts that net-lsearch finds", hosts("net-lsearch;{tables}/t"), "127.0.0.2: x\n192.0.2.0/24\n::1\n"],
  [
    "IPv6 hosts that net-lsearch finds",
    hosts("net-lsearch;{tables}/t"),
    "0000.0000.0000.0000.0000.0000.0000.0001: x\n127.0.0.02\n",
  ],
  ["hosts that net24-lsearch finds", hosts("net24-lsearch;{tables}/t"), "127.0.0.2: x\n192.0.2.0/24\n127.0.0.1/24\n"],
  ["net-lsearch and a block", hosts("net-lsearch;{tables}/t"), "127.0.0.2/32\n"],
  ["domains in a file", domains("{tables}/t"), "# ours\nlab.example\n*.lab.example # more\n"],
  ["domains but those in a file", domains("!{tables}/t"), "lab.example\n"],
  ["all domains in a file", domains("{tables}/t"), "lab.example\n*\n"],
  ["domains that lsearch finds", domains("lsearch;{tables}/t"), "lab.example: x\n*: y\n"],
  ["domains that lsearch finds, or a default", domains("lsearch*;{tables}/t"), "lab.example: x\n*: y\n"],
  ["domains that partial-lsearch finds", domains("partial-lsearch;{tables}/t"), "*.lab.example: x\n"],
  ["domains that wildlsearch finds", domains("wildlsearch;{tables}/t"), "*.lab.example: x\n"],
  ["domains that nwildlsearch finds", domains("nwildlsearch;{tables}/t"), "*: x\n"],
  [
    "a lookup by address, iplsearch",
    condition("lookup{$sender_host_address}iplsearch{{tables}/t}{yes}{no}"),
    "127.0.0.2: a\n192.0.2.0/24: b\n",
  ],
  [
    "a lookup whose data decides",
    condition("lookup{$sender_host_address}iplsearch{{tables}/t}{$value}{no}"),
    '127.0.0.2: no\n127.0.0.0/8: yes\n"::1": true\n192.0.2.10: false\n',
  ],
  [
    "a lookup without branches",
    condition("lookup{$sender_host_address}lsearch{{tables}/t}"),
    '127.0.0.2:\n  yes\n192.0.2.10 no\n"::1": yes\n',
  ],
  [
    "a lookup with one branch",
    condition("lookup{$sender_host_address}lsearch{{tables}/t}{1}"),
    "127.0.0.2\n127.0.0.2: no\n192.0.2.0/24: x\n",
  ],
  [
    "a lookup within a comparison",
    condition(`if eq{\${lookup{$sender_host_address}iplsearch{{tables}/t}}}{relay}`),
    "192.0.2.10: relay\n127.0.0.0/8: other\n",
  ],
  ["a lookup by a text", condition("lookup{relay}lsearch{{tables}/t}{$value}{no}"), "other: no\nRELAY: yes\n"],
  ["a file that is there", hosts(`\${if exists{{tables}/t}{{tables}/t}{}}`), "127.0.0.2\n"],
];

/** As `Case`s, each with its file. */
export const tableCases: readonly Case[] = cases.map(([name, acl, table, open]) => ({
  ...{ name, acl, tables: { t: table }, main: `${rcpt}hostlist ours = 127.0.0.3 : {tables}/t\n` },
  ...(open ? { open } : {}),
}));
