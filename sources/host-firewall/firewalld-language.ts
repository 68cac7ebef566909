const elements =
  /^(?:source|destination|service|port|protocol|source-port|forward-port|icmp-block|icmp-type|masquerade|log|nflog|audit|accept|reject|drop|mark)$/;

/**
 * A rule in firewalld's rich language (firewalld.richlanguage(5)) as the element of a zone's file; undefined for words that
 * the language does not have.
 */
export function richRuleXml(text: string): string | undefined {
  const tokens = text.match(/[\w-]+=(?:"[^"]*"|'[^']*'|\S+)|\S+/g) ?? [];
  if (tokens[0] !== "rule") return undefined;
  const opened: { readonly name: string; attributes: string[]; inner: string }[] = [
    { name: "rule", attributes: [], inner: "" },
  ];
  let limit = false;
  for (const token of tokens.slice(1)) {
    const [, name, quoted = ""] = /^([\w-]+)=(.*)$/s.exec(token) ?? [];
    const value = quoted.replace(/^(["'])(.*)\1$/s, "$2");
    const last = opened.at(-1);
    if (last === undefined || /[<>&"]/.test(value)) return undefined;
    if (name !== undefined) {
      if (limit) last.inner = `<limit value="${value}"/>`;
      else last.attributes.push(` ${name}="${value}"`);
      limit = false;
    } else if (token === "limit") limit = true;
    else if (token === "NOT" || token === "not") last.attributes.push(' invert="yes"');
    else if (elements.test(token)) opened.push({ name: token, attributes: [], inner: "" });
    else return undefined;
  }
  const [rule, ...children] = opened;
  const inside = children.map(({ name, attributes, inner }) =>
    inner === "" ? `<${name}${attributes.join("")}/>` : `<${name}${attributes.join("")}>${inner}</${name}>`,
  );
  return `<rule${(rule?.attributes ?? []).join("")}>${inside.join("")}</rule>`;
}
