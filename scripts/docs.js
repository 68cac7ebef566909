// The pages of docs/rules are made from the rules themselves, the page of provider blocks from its table: each is written once.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { providerBlocks, smtpPorts } from "../dist/model/provider-blocks.js";
import { rules } from "../dist/policies/index.js";
import { profiles } from "../dist/policies/profiles/index.js";

export function pageOf(rule) {
  const options = Object.entries(rule.options ?? {}).map(
    ([name, { type, default: value, description }]) => `| \`${name}\` | ${type} | ${value} | ${description} |`,
  );
  return [
    `# ${rule.id}`,
    `**${rule.title}.**`,
    `Severity: ${rule.severity}`,
    `## Why\n\n${rule.why}`,
    `## How to mend it\n\n${rule.remedy}`,
    `## Standards\n\n${rule.standards.map(({ source, section, asks }) => `- ${source}, section ${section}: ${asks}`).join("\n")}`,
    ...(options.length > 0
      ? [`## Options\n\n| option | type | default | meaning |\n| --- | --- | --- | --- |\n${options.join("\n")}`]
      : []),
    `## Switch it off, or accept a finding\n\nIn \`port587.yaml\`: \`rules: { ${rule.id}: false }\` switches the rule off everywhere; an [exemption](../exemptions.md) accepts one finding until a date. In the Pulumi pack: \`new Port587({ "${rule.id}": "disabled" })\`.`,
  ]
    .join("\n\n")
    .concat("\n");
}

export function indexOf(all) {
  const rows = all.map((rule) => `| [${rule.id}](${rule.id}.md) | ${rule.severity} | ${rule.title} |`);
  return `# Rules\n\n| rule | severity | what is right |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

export function providerPage(blocks) {
  const rows = blocks.map((row) =>
    [
      row.scope === undefined ? row.name : `${row.name}: ${row.scope}`,
      ...smtpPorts.map((port) => row.ports[port]),
      row.condition ?? "",
      row.how === "" ? row.liftable : `${row.liftable}: ${row.how}`,
      row.seenOn === undefined ? row.source : `${row.source} (${row.seenOn})`,
      row.certainty,
    ].join(" | "),
  );
  return `# What providers do to outbound SMTP

Many providers drop outbound SMTP to public addresses, silently, whatever the firewall rules of a program say. port587 reports it as the layer \`provider\`, the last one of egress.

- *blocked* with a certainty of 0.8 or more, and nothing else that decides it: closed to public addresses. Private addresses pass.
- *blocked* with less certainty or under a condition that no program shows, *throttled* and *unclear*: unknown, with the condition named.
- *open*: not known to be blocked. It opens nothing by itself; the other layers decide.

Providers change this, and lift it for single accounts: the table is dated, and \`--live\` from the machine itself proves it. What is lifted by a form for an account and Region, as AWS lifts port 25, is no guard to rely on: [direct-smtp-egress](rules/direct-smtp-egress.md) fails where the rules of your program let port 25 out and only such a block may stand in the way, while a relay on that port stays unknown.

| provider | ${smtpPorts.join(" | ")} | depends on | lifted | source (seen on) | certainty |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join("\n")}
`;
}

export function profilesPage(all) {
  const sections = all.map(({ name, title, edition, date, source, requirements }) => {
    const rows = requirements.map(({ id, section, asks, level, certainty, seenIn }) =>
      [`\`${id}\``, section, asks, level, `${certainty}: ${seenIn}`].join(" | "),
    );
    return `## ${name}\n\n${title}. Edition ${edition}, ${date}: <${source}>\n\n| requirement | section | asks | level | certainty of the section |\n| --- | --- | --- | --- | --- |\n${rows.map((row) => `| ${row} |`).join("\n")}\n`;
  });
  return `# Standards profiles

\`port587 check mail.example.com --profile ncsc-nl-2025-05\` and \`port587 audit --live --profile rfc\` hold an edition of a standard against the facts of every submission port, requirement by requirement: met, not met or unknown, with section and evidence, in the terminal, in JSON and in HTML.

- A \`must\` that is not met makes the exit code 1, one that is unknown makes it 3. What a standard recommends (\`should\`) is shown and not counted.
- Unknown is never met. Definitions and wire are both looked at: a violation of either stands, and a probe that could not tell is no pass.
- Only what facts can tell is here: organisational clauses, key handling and the like are not. So a profile that is met is not conformity with the standard.
- port587 does not list every cipher suite that a server takes. Requirements about all of them are unknown, unless the offer of weak suites shows that they are not met; those about weak suites alone are decided by that offer. So \`bsi\`, \`nist-800-52r2\`, \`ncsc-nl-2025-05\` and Mozilla's are never wholly met yet: exit code 3 is the best there is.
- The certainty says how sure it is that the section asks for this: 1 where its text was read, less where only a quotation was, 0.5 where nothing but memory says so. All was looked up in November 2026.

${sections.join("\n")}`;
}

/** Path below docs/rules → text. */
export function pages() {
  return new Map([["README.md", indexOf(rules)], ...rules.map((rule) => [`${rule.id}.md`, pageOf(rule)])]);
}

if (import.meta.url === `file://${process.argv[1]}`) {
  mkdirSync("docs/rules", { recursive: true });
  for (const old of readdirSync("docs/rules")) rmSync(`docs/rules/${old}`);
  for (const [name, text] of pages()) writeFileSync(`docs/rules/${name}`, text);
  writeFileSync("docs/provider-blocks.md", providerPage(providerBlocks));
  writeFileSync("docs/profiles.md", profilesPage(profiles));
}
