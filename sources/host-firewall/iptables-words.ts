/** One option of a rule with its arguments, as `-A` lines give them. */
export interface Option {
  readonly name: string;
  readonly negated: boolean;
  readonly values: readonly string[];
}

const long = new Map(
  Object.entries({
    "--protocol": "-p",
    "--proto": "-p",
    "--source": "-s",
    "--src": "-s",
    "--destination": "-d",
    "--dst": "-d",
    "--in-interface": "-i",
    "--out-interface": "-o",
    "--jump": "-j",
    "--goto": "-g",
    "--match": "-m",
    "--fragment": "-f",
    "--destination-port": "--dport",
    "--source-port": "--sport",
    "--destination-ports": "--dports",
    "--source-ports": "--sports",
    "--append": "-A",
  }),
);

const none: readonly string[] = [];

/**
 * The options in order; `!` may stand before the option or, as older versions wrote it, after it. A line is split as
 * iptables-restore does: blanks part, double quotes hold together, a backslash takes the next as is.
 */
export function optionsOf(line: string): Option[] {
  const options: { name: string; negated: boolean; values: readonly string[] }[] = [];
  let negated = false;
  const take = (text: string, isQuoted: boolean) => {
    const last = options.at(-1);
    if (text === "!" && !isQuoted) {
      negated = true;
    } else if (!isQuoted && text.startsWith("-") && /^-{1,2}[A-Za-z]/.test(text)) {
      options.push({ name: long.get(text) ?? text, negated, values: none });
      negated = false;
    } else if (last) {
      if (negated) last.negated = true;
      negated = false;
      last.values = last.values === none ? [text] : [...last.values, text];
    } else {
      options.push({ name: text, negated, values: none });
    }
  };
  if (!line.includes('"')) for (const text of line.match(/\S+/g) ?? []) take(text, false);
  else
    for (const [, quoted, plain = ""] of line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g))
      if (quoted === undefined) take(plain, false);
      else take(quoted.replace(/\\(.)/g, "$1"), true);
  return options;
}
