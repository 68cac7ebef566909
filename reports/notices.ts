import type { Notice } from "../model/network.js";
import { byText, groupBy } from "./order.js";
import { oneLine } from "./text.js";

const mostNamed = 5;

/** A line for each thing to say, with the places that it is about. */
export function noticeLines(notices: readonly Notice[]): string[] {
  return [...groupBy(notices, ({ says }) => says)]
    .sort(([a], [b]) => byText(a, b))
    .map(([says, same]) => {
      const places = same.map(({ at }) => oneLine(at, 200)).sort(byText);
      const more = places.length > mostNamed ? [`and ${places.length - mostNamed} more`] : [];
      return `${oneLine(says, 300)}: ${[...places.slice(0, mostNamed), ...more].join(", ")}`;
    });
}
