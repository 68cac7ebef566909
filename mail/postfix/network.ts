import { type Block, parseBlock } from "../../model/cidr.js";

/**
 * An address or a block as Postfix's programs read it (`cidr_match_parse`), brackets around the address or not; undefined
 * for what they refuse: numbers that begin with 0, bits of the host.
 */
export function networkOf(written: string): Block | undefined {
  const text = written.startsWith("[") ? written.replace(/^\[([^\]]*)\]/, "$1") : written;
  if (!text.includes(":") && !/^(?:(?:0|[1-9]\d*)(?:\.|(?=\/|$))){4}(?:\/|$)/.test(text)) return undefined;
  const slash = text.indexOf("/");
  try {
    const block = parseBlock(text);
    return slash >= 0 && parseBlock(text.slice(0, slash)).low !== block.low ? undefined : block;
  } catch {
    return undefined;
  }
}
