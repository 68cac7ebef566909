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

function isNormal<T extends number | bigint>(intervals: readonly Interval<T>[]): boolean {
  for (let i = 1; i < intervals.length; i++)
    if ((intervals[i] as Interval<T>)[0] <= next((intervals[i - 1] as Interval<T>)[1])) return false;
  return true;
}

export function intersect<T extends number | bigint>(
  a: readonly Interval<T>[],
  b: readonly Interval<T>[],
): Interval<T>[] {
  const common: Interval<T>[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [aLow, aHigh] = a[i] as Interval<T>;
    const [bLow, bHigh] = b[j] as Interval<T>;
    const low = aLow > bLow ? aLow : bLow;
    const high = aHigh < bHigh ? aHigh : bHigh;
    if (low <= high) common.push([low, high]);
    if (aHigh < bHigh) i++;
    else j++;
  }
  return common;
}

export function subtract<T extends number | bigint>(
  a: readonly Interval<T>[],
  b: readonly Interval<T>[],
): readonly Interval<T>[] {
  if (b.length === 0) return a;
  const rest: Interval<T>[] = [];
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
    if (start <= high) rest.push(start === low ? interval : [start, high]);
  }
  return rest;
}

/** True when they share a point; looks the intervals of the shorter list up in the longer one. */
export function overlap<T extends number | bigint>(a: readonly Interval<T>[], b: readonly Interval<T>[]): boolean {
  const [few, many] = a.length < b.length ? [a, b] : [b, a];
  return few.some(([low, high]) => {
    const found = many[firstEndingFrom(many, low)];
    return found !== undefined && found[0] <= high;
  });
}

/** True when every point of `b` is one of `a`; stops at the first that is not. */
export function covers<T extends number | bigint>(a: readonly Interval<T>[], b: readonly Interval<T>[]): boolean {
  return b.every(([low, high]) => {
    const found = a[firstEndingFrom(a, low)];
    return found !== undefined && found[0] <= low && high <= found[1];
  });
}

function firstEndingFrom<T extends number | bigint>(intervals: readonly Interval<T>[], value: T): number {
  let [from, to] = [0, intervals.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((intervals[middle] as Interval<T>)[1] < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * Of every list what no earlier one holds, in time proportional to all intervals together: the line is cut at every
 * end, and each cut goes to the first list that comes by.
 */
export function firstComers<T extends number | bigint>(lists: readonly (readonly Interval<T>[])[]): Interval<T>[][] {
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

function sortedOnce<T extends number | bigint>(values: readonly T[]): T[] {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
}

export function equal<T extends number | bigint>(a: readonly Interval<T>[], b: readonly Interval<T>[]): boolean {
  return a.length === b.length && a.every(([low, high], i) => low === b[i]?.[0] && high === b[i]?.[1]);
}
