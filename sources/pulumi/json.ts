import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { InputError } from "../../model/errors.js";

/**
 * Parses a JSON file. Only a failure is worth a second parse, by a parser that knows where it stands.
 * @throws InputError with `path:line:column`; it never quotes the text, which may hold secrets.
 */
export function parseJson(
  text: string,
  path: string,
  mend = "Write the file anew with `pulumi stack export` or `pulumi preview --json`.",
): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const errors: ParseError[] = [];
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
    const { offset, error } = errors[0] ?? { offset: text.length, error: undefined };
    const before = text.slice(0, offset).split("\n");
    const reason = error === undefined ? "not JSON" : printParseErrorCode(error);
    throw new InputError(
      `${path}:${before.length}:${(before.at(-1) ?? "").length + 1}`,
      `malformed JSON (${reason})`,
      mend,
    );
  }
}
