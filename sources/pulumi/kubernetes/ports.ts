import { InputError } from "../../../model/errors.js";
import { isUnknown, type Maybe, unknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";

/**
 * A port number.
 * @throws InputError for a number that is no port.
 */
export function portOf(input: Input): Maybe<number> {
  const number = input.number() ?? unknown(input.at);
  if (!isUnknown(number) && !(Number.isInteger(number) && number >= 1 && number <= 65535)) {
    throw new InputError(input.at, `${number} is not a port (1 to 65535)`, "Write the port's number.");
  }
  return number;
}

/**
 * A port by number or by the name of a container's port. Names hold a letter, so that `"587"` in quotes is refused by
 * the API server (API reference, IntOrString; service names of RFC 6335 section 5.1).
 * @throws InputError for what is neither.
 */
export function portOrName(input: Input): Maybe<number | string> {
  const text = input.text() ?? unknown(input.at);
  if (isUnknown(text)) return text;
  if (/[a-z]/i.test(text)) return text;
  if (input.isText) {
    throw new InputError(
      input.at,
      `"${text}" in quotes is the name of a port, and a name needs a letter`,
      `Write it without quotes: ${text}.`,
    );
  }
  return portOf(input);
}
