const shells = /^(?:(?:\/usr)?\/bin\/)?(?:ba|da|a|z|k)?sh$/;
/** Options of sudo(8) that take a word. */
const withWord = /^-[ughpCTrtDR]$/;

/** A command without those that only run it as somebody else or in another surrounding (`sudo -u root`, `env A=b`). */
export function withoutRunners(words: readonly string[]): readonly string[] {
  const [first = "", ...rest] = words;
  if (!/^(?:(?:\/usr)?\/bin\/)?(?:sudo|doas|env|nohup|command)$/.test(first)) return words;
  let i = 0;
  while (/^-|^\w+=/.test(rest[i] ?? "")) i += withWord.test(rest[i] ?? "") ? 2 : 1;
  return rest.length > i ? withoutRunners(rest.slice(i)) : words;
}

/** What a command hands to a shell as text: `sh -c '…'`, `su - -c '…'`; undefined for any other. */
export function textForShell(words: readonly string[]): string | undefined {
  const [program = "", ...rest] = withoutRunners(words);
  const isSu = /^(?:(?:\/usr)?\/bin\/)?(?:su|runuser)$/.test(program);
  if (!isSu && !shells.test(program)) return undefined;
  const at = rest.findIndex((word) => (isSu ? /^(?:-\w*c|--command)$/ : /^-\w*c$/).test(word));
  const isOption = (word: string, i: number) => /^[-+]/.test(word) || rest[i - 1] === "-o";
  if (at < 0 || !(isSu || rest.slice(0, at).every(isOption))) return undefined;
  return rest[at + 1];
}

/** Whether a command is a shell that reads what it is fed with. */
export function readsCommands(words: readonly string[]): boolean {
  const [program = "", ...rest] = withoutRunners(words);
  if (/^(?:(?:\/usr)?\/bin\/)?su$/.test(program)) return textForShell(words) === undefined;
  return shells.test(program) && rest.every((word) => /^-(?!\w*c$)/.test(word));
}

/** The file that a command is, or that it has a shell read: `/root/up.sh`, `bash -x /root/up.sh`, `. /root/up.sh`. */
export function scriptRun(words: readonly string[]): string | undefined {
  const [program = "", ...rest] = withoutRunners(words);
  if (/^(?:\.|source)$/.test(program)) return rest[0];
  if (!shells.test(program)) return program;
  return textForShell(words) === undefined ? rest.find((word) => !/^[-+]/.test(word)) : undefined;
}
