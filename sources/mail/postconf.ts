import type { Change } from "../../model/mail.js";
import type { Command, Script } from "../host-firewall/shell.js";
import { withoutRunners } from "../host-firewall/shell-within.js";

/** What commands do to a server's files, in their order, and the places of those that are not worked out. */
export interface Edits {
  readonly changes: readonly Change[];
  readonly unread: readonly string[];
}

/** The changes that commands make with postconf(1); every other command that concerns Postfix is not worked out. */
export function postconfEdits({ commands, unread }: Script): Edits {
  const each = commands.map((command) => ({ at: command.at, changes: changesOf(command) }));
  return {
    changes: each.flatMap(({ changes }) => changes ?? []),
    unread: [...unread, ...each.flatMap(({ at, changes }) => (changes === undefined ? [at] : []))],
  };
}

function changesOf({ words, at, after, input, output }: Command): Change[] | undefined {
  const [program = "", ...rest] = withoutRunners(words);
  if (!/^(?:(?:\/usr)?\/s?bin\/)?postconf$/.test(program)) return undefined;
  if (after !== undefined || input !== undefined || output !== undefined) return undefined;
  const flags = rest.filter((word) => /^-[A-Za-z#]+$/.test(word)).join("");
  const operands = rest.filter((word) => !word.startsWith("-"));
  // Another directory, a table or an old form: not ours to tell.
  if (!/^[-eXMPFndhxvo#]*$/.test(flags) || rest.some((word) => word.startsWith("--"))) return undefined;
  if (/[F#o]/.test(flags)) return undefined;
  const removes = flags.includes("X");
  if (!removes && !operands.some((word) => word.includes("="))) return /e/.test(flags) ? undefined : [];
  const read = flags.includes("M") ? ofService : flags.includes("P") ? ofOption : ofMain;
  const changes = operands.map((operand) => read(operand, removes, at));
  return changes.every((change) => change !== undefined) ? changes : undefined;
}

/** `name=value`, or with `-X` a name. */
function ofMain(operand: string, removes: boolean, at: string): Change | undefined {
  if (removes) return { name: operand, at };
  const [, name, value] = /^\s*([\w.-]+)\s*=\s*([^\n]*?)\s*$/.exec(operand) ?? [];
  return name === undefined || value === undefined ? undefined : { name, value, at };
}

/** `submission/inet=submission inet n - y - - smtpd`. */
function ofService(operand: string, removes: boolean, at: string): Change | undefined {
  const [, service, line] = /^\s*([^\s/*]+\/[a-z-]+)\s*(?:=\s*([^\n]+))?$/.exec(operand) ?? [];
  if (service === undefined || removes === (line !== undefined)) return undefined;
  return { service, at, ...(line === undefined ? {} : { value: line }) };
}

/** `submission/inet/smtpd_tls_security_level=encrypt`. */
function ofOption(operand: string, removes: boolean, at: string): Change | undefined {
  const [, service, setting = ""] = /^\s*([^\s/*]+\/[a-z-]+)\/(.*)$/s.exec(operand) ?? [];
  const change = service === undefined ? undefined : ofMain(setting, removes, at);
  return change && { ...change, service: service as string };
}
