import type { Style } from "../reports/index.js";

/** Colour on terminals unless NO_COLOR is set (no-color.org); FORCE_COLOR wins. Pipes get plain lines of 100 columns. */
export function styleOf(stream: NodeJS.WriteStream): Style {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "0";
  const colour = forced || (stream.isTTY === true && !NO_COLOR && TERM !== "dumb");
  return { ...plain, colour, width: stream.isTTY ? Math.max(40, stream.columns || 100) : plain.width };
}

/** Of files: no colour, whatever the terminal. */
export const plain: Style = { colour: false, width: 100 };
