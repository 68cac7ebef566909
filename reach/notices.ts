import { formatBlock, parseBlock } from "../model/cidr.js";
import type { Estate, Notice } from "../model/network.js";

/** What of an estate is not judged, or not as it is written: what its sources say, and blocks with host bits. */
export function noticesOf({ interfaces, notices = [] }: Estate): Notice[] {
  const cut = new Map<string, string | undefined>();
  const blocks = new Map<string, Notice>();
  for (const { ingress, egress } of interfaces) {
    for (const { rules } of ingress.concat(egress)) {
      for (const { evidence, written = [] } of rules) {
        for (const text of written) {
          if (!cut.has(text)) cut.set(text, withoutHostBits(text));
          const block = cut.get(text);
          if (block)
            blocks.set(`${evidence.at} ${text}`, {
              at: evidence.at,
              says: `${text} has host bits and counts as ${block}`,
            });
        }
      }
    }
  }
  return [...notices, ...blocks.values()];
}

/** The block that a text means, where it is written with the address of a host in it. */
function withoutHostBits(text: string): string | undefined {
  if (!/\/\d+$/.test(text)) return undefined;
  try {
    const [address, block] = [parseBlock(text.replace(/\/\d+$/, "")), parseBlock(text)];
    return address.low === block.low ? undefined : formatBlock(block);
  } catch {
    return undefined;
  }
}
