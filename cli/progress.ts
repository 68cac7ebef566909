import type { Step } from "../model/observation.js";

/** One line on the terminal that tells what is being waited for; nothing where standard error is no terminal. */
export function progress(stream: NodeJS.WriteStream): { step(subject: string, step: Step): void; end(): void } {
  if (!stream.isTTY) return { step: () => {}, end: () => {} };
  const clear = "\r\u001b[K";
  return {
    step(subject, { name, outcome }) {
      const text = `probing ${subject}: ${name} ${outcome}`;
      stream.write(`${clear}${text.slice(0, (stream.columns ?? 80) - 1)}`);
    },
    end() {
      stream.write(clear);
    },
  };
}
