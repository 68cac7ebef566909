/** One line on the terminal that tells what is being waited for; nothing where standard error is no terminal. */
export function progress(stream: NodeJS.WriteStream): { say(text: string): void; end(): void } {
  if (!stream.isTTY) return { say: () => {}, end: () => {} };
  const clear = "\r\u001b[K";
  return {
    say: (text) => stream.write(`${clear}${text.slice(0, (stream.columns || 80) - 1)}`),
    end: () => stream.write(clear),
  };
}
