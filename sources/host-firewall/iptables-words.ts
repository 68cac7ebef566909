/** One option of a rule with its arguments, as `-A` lines give them. */
export interface Option {
  readonly name: string;
  readonly negated: boolean;
  readonly values: readonly string[];
}

const long: Readonly<Record<string, string>> = {
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
};

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** Splits a line as iptables-restore does: blanks part, double quotes hold together, a backslash takes the next as is. */
function wordsOf(line: string): Word[] {
  if (!line.includes('"')) return (line.match(/\S+/g) ?? []).map((text) => ({ text, quoted: false }));
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) =>
    quoted === undefined
      ? { text: plain ?? "", quoted: false }
      : { text: quoted.replace(/\\(.)/g, "$1"), quoted: true },
  );
}

/** The options in order; `!` may stand before the option or, as older versions wrote it, after it. */
export function optionsOf(line: string): Option[] {
  const options: { name: string; negated: boolean; values: string[] }[] = [];
  let negated = false;
  for (const { text, quoted } of wordsOf(line)) {
    const last = options.at(-1);
    if (text === "!" && !quoted) {
      negated = true;
    } else if (!quoted && text.startsWith("-") && /^-{1,2}[A-Za-z]/.test(text)) {
      options.push({ name: long[text] ?? text, negated, values: [] });
      negated = false;
    } else if (last) {
      if (negated) last.negated = true;
      negated = false;
      last.values.push(text);
    } else {
      options.push({ name: text, negated, values: [] });
    }
  }
  return options;
}
