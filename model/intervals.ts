/** Sorted, disjoint, non-adjacent closed intervals over the integers: the one representation of ports and addresses. */
export type Interval<T extends number | bigint> = readonly [low: T, high: T];

export function next<T extends number | bigint>(value: T): T {
  return (typeof value === "bigint" ? value + 1n : (value as number) + 1) as T;
}

export function previous<T extends number | bigint>(value: T): T {
  return (typeof value === "bigint" ? value - 1n : (value as number) - 1) as T;
}

/** Sorts and merges overlapping and adjacent intervals. */
export function normalise<T extends number | bigint>(intervals: readonly Interval<T>[]): readonly Interval<T>[] {
  if (isNormal(intervals)) return intervals;
  const merged: Interval<T>[] = [];
  for (const interval of [...intervals].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))) {
    const last = merged.at(-1);
    if (!last || interval[0] > next(last[1])) merged.push(interval);
    else if (interval[1] > last[1]) merged[merged.length - 1] = [last[0], interval[1]];
  }
  return merged;
}

/** The union of two normal lists. */
export function unite<T extends number | bigint>(
  a: readonly Interval<T>[],
  b: readonly Interval<T>[],
): readonly Interval<T>[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged: Interval<T>[] = [];
  let last: Interval<T> | undefined;
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [one, other] = [a[i], b[j]];
    const isFirst = other === undefined || (one !== undefined && one[0] <= other[0]);
    const interval = (isFirst ? one : other) as Interval<T>;
    if (isFirst) i++;
    else j++;
    if (last === undefined || interval[0] > next(last[1])) {
      if (last !== undefined) merged.push(last);
      last = interval;
    } else if (interval[1] > last[1]) last = [last[0], interval[1]];
  }
  merged.push(last as Interval<T>);
  return merged;
}

/** The union of many normal lists. */
export function uniteAll<T extends number | bigint>(
  lists: readonly (readonly Interval<T>[])[],
): readonly Interval<T>[] {
  const [one, other, ...more] = lists.filter((list) => list.length > 0);
  if (more.length === 0) return unite(one ?? [], other ?? []);
  // Sorting takes lists that are sorted as they are, and rules name addresses in order more often than not.
  return normalise(lists.flat());
}

function isNormal<T extends number | bigint>(intervals: readonly Interval<T>[]): boolean {
  for (let i = 1; i < intervals.length; i++)
    if ((intervals[i] as Interval<T>)[0] <= next((intervals[i - 1] as Interval<T>)[1])) return false;
  return true;
}

/** What both hold: the list itself where all of it is in the other, and otherwise its own intervals where they are whole. */
export function intersect<T extends number | bigint>(
  a: readonly Interval<T>[],
  b: readonly Interval<T>[],
): readonly Interval<T>[] {
  const common: Interval<T>[] = [];
  let [ofA, ofB] = [0, 0];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [one, other] = [a[i] as Interval<T>, b[j] as Interval<T>];
    const low = one[0] > other[0] ? one[0] : other[0];
    const high = one[1] < other[1] ? one[1] : other[1];
    if (low <= high) {
      const isOne = low === one[0] && high === one[1];
      const isOther = low === other[0] && high === other[1];
      if (isOne) ofA++;
      if (isOther) ofB++;
      common.push(isOne ? one : isOther ? other : [low, high]);
    }
    if (one[1] < other[1]) i++;
    else j++;
  }
  return ofA === a.length ? a : ofB === b.length ? b : common;
}

/** What `a` alone holds: the list itself where `b` takes nothing of it. */
export function subtract<T extends number | bigint>(
  a: readonly Interval<T>[],
  b: readonly Interval<T>[],
): readonly Interval<T>[] {
  if (b.length === 0) return a;
  const rest: Interval<T>[] = [];
  let kept = 0;
  let j = 0;
  for (const interval of a) {
    const [low, high] = interval;
    let start = low;
    while (j < b.length && (b[j] as Interval<T>)[1] < start) j++;
    let k = j;
    while (k < b.length && (b[k] as Interval<T>)[0] <= high && start <= high) {
      const [cutLow, cutHigh] = b[k] as Interval<T>;
      if (cutLow > start) rest.push([start, previous(cutLow)]);
      if (cutHigh >= start) start = next(cutHigh);
      k++;
    }
    if (start > high) continue;
    if (start === low) kept++;
    rest.push(start === low ? interval : [start, high]);
  }
  return kept === a.length ? a : rest;
}

/** True when they share a point; looks the intervals of the shorter list up in the longer one. */
export function overlap<T extends number | bigint>(a: readonly Interval<T>[], b: readonly Interval<T>[]): boolean {
  const few = a.length < b.length ? a : b;
  const many = few === a ? b : a;
  return few.some((interval) => {
    const found = many[firstEndingFrom(many, interval[0])];
    return found !== undefined && found[0] <= interval[1];
  });
}

/** True when every point of `b` is one of `a`; stops at the first that is not. */
export function covers<T extends number | bigint>(a: readonly Interval<T>[], b: readonly Interval<T>[]): boolean {
  return b.every((interval) => {
    const found = a[firstEndingFrom(a, interval[0])];
    return found !== undefined && found[0] <= interval[0] && interval[1] <= found[1];
  });
}

function firstEndingFrom<T extends number | bigint>(intervals: readonly Interval<T>[], value: T): number {
  let from = 0;
  let to = intervals.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((intervals[middle] as Interval<T>)[1] < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** So many lists are sooner subtracted one after the other. */
const few = 8;

/**
 * Of every list what no earlier one holds, in time proportional to all intervals together: the line is cut at every
 * end, and each cut goes to the first list that comes by.
 */
export function firstComers<T extends number | bigint>(
  lists: readonly (readonly Interval<T>[])[],
): readonly (readonly Interval<T>[])[] {
  if (lists.length <= few) {
    let taken: readonly Interval<T>[] = [];
    return lists.map((list) => {
      const own = subtract(list, taken);
      taken = unite(taken, list);
      return own;
    });
  }
  const starts = sortedOnce(lists.flatMap((list) => list.flatMap(([low, high]) => [low, next(high)])));
  const place = new Map(starts.map((start, i) => [start, i]));
  // For every cut the first one from there on that is not taken yet.
  const free = Int32Array.from({ length: starts.length + 1 }, (_, i) => i);
  const freeFrom = (cut: number) => {
    let root = cut;
    while (free[root] !== root) root = free[root] as number;
    for (let at = cut; at !== root; ) {
      const following = free[at] as number;
      free[at] = root;
      at = following;
    }
    return root;
  };
  return lists.map((list) => {
    const own: [T, T][] = [];
    for (const [low, high] of list) {
      const end = place.get(next(high)) as number;
      for (let cut = freeFrom(place.get(low) as number); cut < end; cut = freeFrom(cut)) {
        free[cut] = cut + 1;
        const last = own.at(-1);
        const [from, to] = [starts[cut] as T, previous(starts[cut + 1] as T)];
        if (last && next(last[1]) === from) last[1] = to;
        else own.push([from, to]);
      }
    }
    return own;
  });
}

/**
 * The same of intervals that lie within each other or apart, as CIDR blocks do, each of a group: of every group what no
 * earlier interval of another holds.
 */
export function firstNested<T extends number | bigint>(
  intervals: readonly Interval<T>[],
  groups: readonly number[],
  count: number,
): readonly (readonly Interval<T>[])[] {
  const own: [T, T][][] = Array.from({ length: count }, () => []);
  // Around the place that the sweep has come to: the intervals it is in, and the earliest of them.
  const around: { readonly high: T; readonly first: number }[] = [];
  let place: T | undefined;
  const fill = (to: T, first: number) => {
    if (place === undefined || place > to) return;
    const list = own[groups[first] as number] as [T, T][];
    const last = list.at(-1);
    if (last && next(last[1]) === place) last[1] = to;
    else list.push([place, to]);
    place = next(to);
  };
  const leave = (before?: T) => {
    for (let top = around.at(-1); top && (before === undefined || top.high < before); top = around.at(-1)) {
      fill(top.high, top.first);
      around.pop();
    }
  };
  const order = intervals.map((_, i) => i);
  order.sort((a, b) => {
    const [[low, high], [otherLow, otherHigh]] = [intervals[a] as Interval<T>, intervals[b] as Interval<T>];
    return low < otherLow ? -1 : low > otherLow ? 1 : high > otherHigh ? -1 : high < otherHigh ? 1 : a - b;
  });
  for (const index of order) {
    const [low, high] = intervals[index] as Interval<T>;
    leave(low);
    const parent = around.at(-1);
    if (parent) fill(previous(low), parent.first);
    around.push({ high, first: Math.min(index, parent?.first ?? index) });
    place = low;
  }
  leave();
  return own;
}

function sortedOnce<T extends number | bigint>(values: readonly T[]): T[] {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
}

export function equal<T extends number | bigint>(a: readonly Interval<T>[], b: readonly Interval<T>[]): boolean {
  return a.length === b.length && a.every(([low, high], i) => low === b[i]?.[0] && high === b[i]?.[1]);
}
