import type { MailDefinition } from "../../model/mail.js";
import type { Script } from "../host-firewall/shell.js";
import { afterCommands } from "../mail/index.js";
import { debian12, packagedFiles } from "../mail/packaged.js";
import { directoryOf, type FileTree } from "../mail/tree.js";
import { type Concerns, itemOf, joined } from "../shell-items.js";
import { type Built, isDockerfile, readDockerfile } from "./dockerfile.js";
import type { Run } from "./dockerfile-steps.js";

const installs =
  /\b(?:apt(?:-get)?|aptitude|apk|dnf|yum|microdnf|zypper)\b[^;&|]*\b(?:install|add|in)\b[^;&|]*\spostfix(?![\w.-])/;
const configures = /\bpostconf\b/;

/**
 * Postfix whose files are those of its package, which `postconf` edits in a `RUN`: known of Debian 12 with the answers that
 * debconf is given; of any other image, or with another answer, undecided with what is missing named.
 */
export function packagedPostfixIn(tree: FileTree): MailDefinition[] {
  return tree.paths.filter(isDockerfile).flatMap((path) => {
    const text = tree.text(path) ?? "";
    if (!installs.test(text.replaceAll(/\\\r?\n/g, " ")) || !configures.test(text)) return [];
    const built = readDockerfile(tree, path, directoryOf(path), tree.at);
    const definition = built && definitionOf(tree.at(path), text, built);
    return definition ? [definition] : [];
  });
}

function definitionOf(id: string, text: string, built: Built): MailDefinition | undefined {
  const runs = built.steps.filter((step): step is Run => "run" in step);
  const first = runs.findIndex((step) => installs.test(step.text));
  const install = runs[first];
  // Files that are copied over the package's are told of as what they are.
  const isCopied = built.steps.some(
    (step) => "sources" in step && /^\/(?:etc\/?(?:postfix(?:\/.*)?)?)?$/.test(step.target),
  );
  if (!install || isCopied || !runs.some((step) => configures.test(step.text))) return undefined;
  const base = packagedFiles(install.at, {
    isDebian12: debian12.test(String(built.image.value)),
    image: `the image of ${built.image.at}`,
    asksNobody: /\bDEBIAN_FRONTEND(?:=|\s+)["']?noninteractive\b/.test(text),
    answers: runs.slice(0, first + 1).map((step) => step.text),
  });
  const script = (touches: Concerns): Script =>
    joined(
      runs
        .slice(first)
        .map((step) => (step.isPlain || !touches(step.text) ? itemOf(step.run, step.at, touches) : unread(step))),
      touches,
    );
  return afterCommands({ id, product: "postfix", origin: "planned", ...base }, { script });
}

function unread({ at }: Run): Script {
  return { commands: [], unread: [at] };
}
