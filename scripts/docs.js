// The pages of docs/rules are made from the rules themselves: what a rule says of itself is written once.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { rules } from "../dist/policies/index.js";

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

/** Path below docs/rules → text. */
export function pages() {
  return new Map([["README.md", indexOf(rules)], ...rules.map((rule) => [`${rule.id}.md`, pageOf(rule)])]);
}

if (import.meta.url === `file://${process.argv[1]}`) {
  mkdirSync("docs/rules", { recursive: true });
  for (const old of readdirSync("docs/rules")) rmSync(`docs/rules/${old}`);
  for (const [name, text] of pages()) writeFileSync(`docs/rules/${name}`, text);
}
