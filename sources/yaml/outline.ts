import { EVENT_ID, type Event, getScalarValue, type MappingEvent, SCALAR_STYLE, type SequenceEvent } from "js-yaml";

type Step = string | number;

/** A child of a node: where it begins among the events, and the offset it is said to stand at. */
interface Child {
  readonly event: number;
  readonly offset: number;
}

/** So many children are looked through; of more those are kept that were asked for, and all once these are so many. */
const few = 16;

/** Where the nodes of a text stand. Children are looked at when somebody asks for them: most files are asked for few. */
export class Outline {
  /** By the event that opens a node: the event after its last one. */
  private readonly ends: Int32Array;
  /** The events that open documents. */
  readonly documents: readonly number[];
  private readonly children = new Map<number, Map<Step, Child | undefined>>();

  constructor(
    readonly text: string,
    readonly events: readonly Event[],
  ) {
    this.ends = new Int32Array(events.length);
    const open: number[] = [];
    const documents: number[] = [];
    for (let i = 0; i < events.length; i++) {
      const { type } = events[i] as Event;
      if (type === EVENT_ID.POP) this.ends[open.pop() as number] = i + 1;
      else if (type === EVENT_ID.SCALAR || type === EVENT_ID.ALIAS) this.ends[i] = i + 1;
      else open.push(i);
      if (type === EVENT_ID.DOCUMENT) documents.push(i);
    }
    this.documents = documents;
  }

  /** The offset of a part of a document, or of the nearest part around it that is written down. */
  offsetOf(document: number, steps: readonly Step[]): number {
    let event = document + 1;
    let offset = offsetOf(this.events[event] as Event, 0);
    for (const step of steps) {
      const child = this.childOf(event, step);
      if (!child) break;
      ({ event, offset } = child);
    }
    return offset;
  }

  private childOf(at: number, step: Step): Child | undefined {
    const known = this.children.get(at);
    if (known && (known.size > few || known.has(step))) return known.get(step);
    const node = this.events[at];
    if (node?.type !== EVENT_ID.MAPPING && node?.type !== EVENT_ID.SEQUENCE) return undefined;
    const all = known?.size === few ? known : undefined;
    let count = 0;
    let found: Child | undefined;
    // Of two equal keys the last one counts.
    this.forEachChild(at, node, (each, key, event) => {
      count++;
      if (each === step) found = this.child(node, key, event);
      all?.set(each, this.child(node, key, event));
    });
    if (count > few) this.children.set(at, (known ?? new Map()).set(step, found));
    return found;
  }

  private child(node: MappingEvent | SequenceEvent, key: number, event: number): Child {
    const before = offsetOf(this.events[key] as Event, node.start);
    return { event, offset: offsetOf(this.events[event] as Event, before) };
  }

  /** @param take is given the key or index of a child, the event of its key where it has one, and its own. */
  private forEachChild(
    at: number,
    node: MappingEvent | SequenceEvent,
    take: (step: Step, key: number, event: number) => void,
  ): void {
    const last = (this.ends[at] as number) - 1;
    for (let event = at + 1, index = 0; event < last; event = this.ends[event] as number, index++) {
      if (node.type === EVENT_ID.SEQUENCE) {
        take(index, event, event);
        continue;
      }
      const key = this.events[event] as Event;
      const value = this.ends[event] as number;
      if (key.type === EVENT_ID.SCALAR) take(getScalarValue(this.text, key), event, value);
      event = value;
    }
  }
}

/**
 * Where a node begins; a value that is left out stands where its key does.
 * @param before the offset of what stands before it.
 */
export function offsetOf(event: Event, before: number): number {
  switch (event.type) {
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    case EVENT_ID.SCALAR: {
      if (event.valueStart < 0) return before;
      // A block's text begins on the line after its sign.
      const isBlock = event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK;
      return isBlock ? Math.max(0, event.valueStart - 1) : event.valueStart;
    }
    default:
      return before;
  }
}

/** Line numbers from 1 by offset, for one text. */
export function linesOf(text: string): (offset: number) => number {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return (offset) => {
    let [from, to] = [0, starts.length];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if ((starts[middle] as number) <= offset) from = middle;
      else to = middle;
    }
    return from + 1;
  };
}
