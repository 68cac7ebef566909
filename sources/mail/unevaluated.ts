import { posix } from "node:path";
import type { MailDefinition, MailProduct } from "../../model/mail.js";
import type { FileTree } from "./tree.js";

/** Options of NixOS that set up a server that is read. */
const nixOptions: readonly (readonly [MailProduct, RegExp])[] = [
  ["postfix", /\bservices\.postfix\b|\bpostfix\s*=\s*\{|\bmailserver\.fqdn\b/],
  ["dovecot", /\bservices\.dovecot2?\b/],
  ["opensmtpd", /\bservices\.opensmtpd\b/],
  ["maddy", /\bservices\.maddy\b/],
  ["exim", /\bservices\.exim\b/],
];

/** Main files of servers as templates of Ansible, Puppet, Chef, Salt, Terraform or confd. */
const templates: readonly (readonly [MailProduct, RegExp])[] = [
  ["postfix", /(^|\/)(main|master)\.cf\.(j2|jinja2?|erb|epp|tftpl|tpl|tmpl)$/],
  ["dovecot", /(^|\/)dovecot\.conf\.(j2|jinja2?|erb|epp|tftpl|tpl|tmpl)$/],
  ["exim", /(^|\/)exim4?\.conf\.(j2|jinja2?|erb|epp|tftpl|tpl|tmpl)$/],
  ["opensmtpd", /(^|\/)smtpd\.conf\.(j2|jinja2?|erb|epp|tftpl|tpl|tmpl)$/],
  ["maddy", /(^|\/)maddy\.conf\.(j2|jinja2?|erb|epp|tftpl|tpl|tmpl)$/],
];

/**
 * Servers whose configuration something in the tree makes that is not evaluated (NixOS modules, templates): each is a
 * definition without files, so that what it would decide is undecided with its name. One a directory and server.
 */
export function unevaluatedIn(tree: FileTree, idOf: (path: string) => string): MailDefinition[] {
  const found = new Map<string, MailDefinition>();
  for (const path of tree.paths) {
    const products = path.endsWith(".nix") ? inNix(tree, path) : templates.filter(([, name]) => name.test(path));
    for (const [product] of products) {
      const place = path.endsWith(".nix") ? path : posix.dirname(path);
      const why = path.endsWith(".nix") ? "Nix is not evaluated" : "a template that is not filled in";
      const known = found.get(`${product} ${place}`);
      const missing = [...(known?.missing ?? []), `${tree.at(path)} (${why})`];
      found.set(`${product} ${place}`, { id: idOf(place), product, origin: "planned", files: {}, missing });
    }
  }
  return [...found.values()];
}

function inNix(tree: FileTree, path: string): (typeof nixOptions)[number][] {
  const text = textOf(tree, path).replace(/^[^\S\n]*#.*$/gm, "");
  return nixOptions.filter(([, option]) => option.test(text));
}

/** Files of others that cannot be read are no matter of ours. */
function textOf(tree: FileTree, path: string): string {
  try {
    return tree.text(path) ?? "";
  } catch {
    return "";
  }
}
