/** Sorted, disjoint, non-adjacent closed intervals over the integers: the one representation of ports and addresses. */
export type Interval<T extends number | bigint> = readonly [low: T, high: T];

export function next<T extends number | bigint>(value: T): T {
  return (typeof value === "bigint" ? value + 1n : (value as number) + 1) as T;
}

export function previous<T extends number | bigint>(value: T): T {
  return (typeof value === "bigint" ? value - 1n : (value as number) - 1) as T;
}

/** Sorts and merges overlapping and adjacent intervals. */
export function normalise<T extends number | bigint>(intervals: readonly Interval<T>[]): Interval<T>[] {
  const merged: [T, T][] = [];
  for (const [low, high] of [...intervals].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))) {
    const last = merged.at(-1);
    if (last && low <= next(last[1])) {
      if (high > last[1]) last[1] = high;
    } else {
      merged.push([low, high]);
    }
  }
  return merged;
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
): Interval<T>[] {
  const rest: Interval<T>[] = [];
  let j = 0;
  for (const [low, high] of a) {
    let start = low;
    while (j < b.length && (b[j] as Interval<T>)[1] < start) j++;
    let k = j;
    while (k < b.length && (b[k] as Interval<T>)[0] <= high && start <= high) {
      const [cutLow, cutHigh] = b[k] as Interval<T>;
      if (cutLow > start) rest.push([start, previous(cutLow)]);
      if (cutHigh >= start) start = next(cutHigh);
      k++;
    }
    if (start <= high) rest.push([start, high]);
  }
  return rest;
}

export function equal<T extends number | bigint>(a: readonly Interval<T>[], b: readonly Interval<T>[]): boolean {
  return a.length === b.length && a.every(([low, high], i) => low === b[i]?.[0] && high === b[i]?.[1]);
}
