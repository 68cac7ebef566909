import { SaxesParser } from "saxes";
import { InputError } from "../../model/errors.js";

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** What stands directly inside, trimmed. */
  readonly text: string;
  /** `file:line` */
  readonly at: string;
}

const deepest = 32;

/**
 * The elements of an XML file.
 * @throws InputError with `file:line` for what is not well-formed.
 */
export function parseXml(text: string, path: string): Element {
  const open: { name: string; attributes: Record<string, string>; children: Element[]; text: string; at: string }[] =
    [];
  let root: Element | undefined;
  const parser = new SaxesParser({ position: true });
  const fail = (problem: string) => {
    throw new InputError(`${path}:${parser.line}`, problem, "Check it with `firewall-cmd --check-config`.");
  };
  // The parser's own words can quote the file.
  parser.on("error", () => fail("malformed XML"));
  parser.on("opentag", ({ name, attributes }) => {
    const element = {
      name,
      attributes: { ...(attributes as Record<string, string>) },
      children: [],
      text: "",
      at: `${path}:${parser.line}`,
    };
    if (open.length >= deepest) fail("elements nested too deep");
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("text", (text) => {
    const inner = open.at(-1);
    if (inner) inner.text += text.trim();
  });
  parser.on("closetag", () => open.pop());
  parser.write(text).close();
  return root ?? fail("no element");
}

export function childrenNamed({ children }: Element, ...names: string[]): Element[] {
  return children.filter(({ name }) => names.includes(name));
}
