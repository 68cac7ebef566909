import { InputError } from "../model/errors.js";

/**
 * A protocol as it is written, its number among those that there are (IANA, "Protocol Numbers"; -1 is every one).
 * @throws InputError for another number.
 */
export function checkedProtocol(text: string, at: string): string {
  const number = Number(text);
  if (!/^\s*-?\d+\s*$/.test(text) || (number >= -1 && number <= 255)) return text;
  throw new InputError(
    at,
    `${number} is not the number of a protocol (0 to 255)`,
    "Write `tcp` or 6; -1 is every one.",
  );
}
