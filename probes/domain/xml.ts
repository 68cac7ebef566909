import { SaxesParser } from "saxes";

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** What stands directly inside, trimmed. */
  readonly text: string;
}

const deepest = 32;

/** The elements of an XML document, without prefixes; undefined for what is not well-formed or nested too deep. */
export function parseXml(text: string): Element | undefined {
  type Open = { name: string; attributes: Record<string, string>; children: Open[]; text: string };
  const open: Open[] = [];
  let root: Open | undefined;
  let isSound = true;
  const parser = new SaxesParser();
  parser.on("error", () => {
    isSound = false;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element: Open = {
      name: name.slice(name.indexOf(":") + 1),
      attributes: { ...(attributes as Record<string, string>) },
      children: [],
      text: "",
    };
    isSound &&= open.length < deepest;
    if (isSound) open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("text", (part) => {
    const inner = open.at(-1);
    if (inner) inner.text += part.trim();
  });
  parser.on("closetag", () => open.pop());
  parser.write(text).close();
  return isSound ? root : undefined;
}

/** Elements of these names, each inside one of the name before. */
export function within(element: Element, ...names: readonly string[]): Element[] {
  const [name, ...more] = names;
  if (name === undefined) return [element];
  return element.children.filter((each) => each.name === name).flatMap((each) => within(each, ...more));
}

/** The text of the first element of this name; undefined where there is none. */
export function textOf(element: Element, name: string): string | undefined {
  return within(element, name)[0]?.text;
}
