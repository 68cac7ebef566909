import type { UnreadResource } from "../model/network.js";
import { byText, groupBy } from "./order.js";
import { count, oneLine } from "./text.js";

const mostNamed = 5;

/** A line a type: what stands near packets in the program and is not judged. */
export function unreadLines(unread: readonly UnreadResource[]): string[] {
  return [...groupBy(unread, ({ type }) => type)]
    .sort(([a], [b]) => byText(a, b))
    .map(([type, same]) => {
      const names = same.map(({ id }) => oneLine(id, 200)).sort(byText);
      const more = names.length > mostNamed ? [`and ${names.length - mostNamed} more`] : [];
      const list = [...names.slice(0, mostNamed), ...more].join(", ");
      return `${count(same.length, "resource")} of a type that port587 does not read, ${oneLine(type, 100)}: ${list}`;
    });
}
