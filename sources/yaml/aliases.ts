import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from "js-yaml";
import { InputError } from "../../model/errors.js";

/** How many events aliases may add, and how deep they may lead. */
const mostAdded = 1_000_000;
const deepest = 200;

/**
 * The events of a text with its aliases and merge keys (`<<`, YAML 1.1 "merge") written out: what a mapping says itself stands over
 * what it merges, and of several merged ones the earlier over the later. An alias within its own anchor stays.
 * @throws InputError that names the file for aliases that multiply.
 */
export function writtenOut(text: string, events: readonly Event[], at: string): readonly Event[] {
  return events.some(({ type }) => type === EVENT_ID.ALIAS) ? new Aliases(text, events, at).all() : events;
}

type Pair = readonly [key: number, value: number];

class Aliases {
  /** By the event that opens a node: the event after its last one. */
  private readonly ends: number[] = [];
  /** By the event of an alias: the event that opens what it stands for. */
  private readonly targets = new Map<number, number>();
  private readonly pairs = new Map<number, readonly Pair[]>();
  private merged = 0;
  private readonly open: number[] = [];
  private readonly out: Event[] = [];

  constructor(
    private readonly text: string,
    private readonly events: readonly Event[],
    private readonly at: string,
  ) {
    const open: number[] = [];
    let anchors = new Map<string, number>();
    for (const [i, event] of events.entries()) {
      if (event.type === EVENT_ID.DOCUMENT) anchors = new Map();
      if (event.type === EVENT_ID.POP) this.ends[open.pop() as number] = i + 1;
      else if (event.type === EVENT_ID.SCALAR || event.type === EVENT_ID.ALIAS) this.ends[i] = i + 1;
      else open.push(i);
      if (!("anchorStart" in event) || event.anchorStart < 0) continue;
      const name = text.slice(event.anchorStart, event.anchorEnd);
      if (event.type !== EVENT_ID.ALIAS) anchors.set(name, i);
      else if (anchors.has(name)) this.targets.set(i, anchors.get(name) as number);
    }
  }

  all(): readonly Event[] {
    for (let i = 0; i < this.events.length; i = this.ends[i] as number) this.write(i);
    return this.out;
  }

  private write(at: number): void {
    const event = this.events[at] as Event;
    const target = this.targets.get(at);
    if (target !== undefined && !this.open.includes(target)) {
      this.write(target);
      return;
    }
    this.push(event);
    if (event.type === EVENT_ID.SCALAR || event.type === EVENT_ID.ALIAS) return;
    this.open.push(at);
    if (this.open.length > deepest) throw this.refusal();
    const children = event.type === EVENT_ID.MAPPING ? this.pairsOf(at).flat() : this.childrenOf(at);
    for (const child of children) this.write(child);
    this.open.pop();
    this.push(this.events[(this.ends[at] as number) - 1] as Event);
  }

  private childrenOf(at: number): number[] {
    const found: number[] = [];
    const last = (this.ends[at] as number) - 1;
    for (let i = at + 1; i < last; i = this.ends[i] as number) found.push(i);
    return found;
  }

  private pairsOf(mapping: number): readonly Pair[] {
    const known = this.pairs.get(mapping);
    if (known) return known;
    // Within itself a mapping brings along nothing.
    this.pairs.set(mapping, []);
    const own: Pair[] = [];
    const sources: number[] = [];
    const children = this.childrenOf(mapping);
    for (let i = 0; i + 1 < children.length; i += 2) {
      const [key, value] = [children[i] as number, children[i + 1] as number];
      if (this.isMerge(key)) sources.push(...this.mappingsAt(value));
      else own.push([key, value]);
    }
    const found = sources.length > 0 ? this.merge(own, sources) : own;
    this.pairs.set(mapping, found);
    return found;
  }

  private merge(own: readonly Pair[], sources: readonly number[]): readonly Pair[] {
    const names = new Set(own.map(([key]) => this.nameOf(key)));
    const found = [...own];
    for (const pair of sources.flatMap((each) => this.pairsOf(each))) {
      const name = this.nameOf(pair[0]);
      if (++this.merged > mostAdded) throw this.refusal();
      if (!names.has(name)) found.push(pair);
      names.add(name);
    }
    return found;
  }

  /** The mappings that a merge key names: one, or a list of them. */
  private mappingsAt(value: number): number[] {
    const at = this.targets.get(value) ?? value;
    const { type } = this.events[at] as Event;
    if (type === EVENT_ID.MAPPING) return [at];
    return type === EVENT_ID.SEQUENCE
      ? this.childrenOf(at)
          .map((each) => this.targets.get(each) ?? each)
          .filter((each) => this.events[each]?.type === EVENT_ID.MAPPING)
      : [];
  }

  private isMerge(key: number): boolean {
    const event = this.events[key] as Event;
    return event.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE.PLAIN && this.nameOf(key) === "<<";
  }

  private nameOf(key: number): string {
    const event = this.events[this.targets.get(key) ?? key] as Event;
    return event.type === EVENT_ID.SCALAR ? getScalarValue(this.text, event) : `{${key}}`;
  }

  private push(event: Event): void {
    if (this.out.push(event) > this.events.length + mostAdded) throw this.refusal();
  }

  private refusal(): InputError {
    return new InputError(
      this.at,
      "YAML that cannot be resolved: aliases that multiply, or nesting without end",
      "Write the values out.",
    );
  }
}
