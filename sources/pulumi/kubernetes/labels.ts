import { all, any, isUnknown, type Maybe, mapKnown, missingOf, not, unknown } from "../../../model/maybe.js";
import type { Input } from "../input.js";
import { elementsOf, missingHere } from "./objects.js";

/** What is known of an object's labels. */
export interface Labels {
  readonly known: ReadonlyMap<string, string>;
  /** Labels that are there, or may be, with a value that is not known; `undefined` for every one not known. */
  readonly open: ReadonlySet<string> | undefined;
  readonly missing: readonly string[];
}

/** The labels of a map; `set` names those that the cluster adds with values of its own. */
export function labelsOf(map: Input, set: readonly string[] = []): Labels {
  const missing = missingHere(map);
  if (missing.length > 0) return { known: new Map(), open: undefined, missing };
  const values = map.names().map((name) => [name, map.member(name).text()] as const);
  const known = values.filter((each): each is [string, string] => typeof each[1] === "string");
  const open = values.filter(([, value]) => isUnknown(value)).map(([name]) => name);
  return {
    known: new Map(known),
    open: new Set([...open, ...set]),
    missing: [...missingOf(...values.map(([, value]) => value)), ...(set.length > 0 ? [map.at] : [])],
  };
}

function valueIn({ known, open, missing }: Labels, name: string): Maybe<string | undefined> {
  const value = known.get(name);
  if (value !== undefined) return value;
  return open === undefined || open.has(name) ? unknown(...missing) : undefined;
}

/** Does a label selector meet the labels? An empty one meets everything (API reference, LabelSelector). */
export function selects(selector: Input, labels: Labels): Maybe<boolean> {
  const missing = missingHere(selector);
  if (missing.length > 0) return unknown(...missing);
  const expressions = selector.member("matchExpressions");
  const items = elementsOf(expressions);
  const met = isUnknown(items) ? [items] : items.map((each) => expressionMet(each, labels));
  return all(selectsMap(selector.member("matchLabels"), labels), ...met);
}

/** The older way to select: every label of the map. */
export function selectsMap(map: Input, labels: Labels): Maybe<boolean> {
  const missing = missingHere(map);
  if (missing.length > 0) return unknown(...missing);
  return all(
    ...map.names().map((name) => {
      const wanted = map.member(name).text();
      return isUnknown(wanted) ? wanted : mapKnown(valueIn(labels, name), (value) => value === wanted);
    }),
  );
}

function expressionMet(expression: Input, labels: Labels): Maybe<boolean> {
  const [key, operator] = [expression.member("key").text(), expression.member("operator").text()];
  if (isUnknown(key) || isUnknown(operator) || key === undefined) return unknown(...missingOf(key, operator));
  const value = valueIn(labels, key);
  const present = mapKnown(value, (known) => known !== undefined);
  switch (operator) {
    case "Exists":
      return present;
    case "DoesNotExist":
      return not(present);
    case "In":
      return isAmong(value, expression.member("values"));
    default:
      return not(isAmong(value, expression.member("values")));
  }
}

function isAmong(value: Maybe<string | undefined>, list: Input): Maybe<boolean> {
  const items = elementsOf(list);
  if (isUnknown(items)) return value === undefined ? false : items;
  return any(
    ...items.map((item) => {
      const wanted = item.text();
      return isUnknown(wanted) ? (value === undefined ? false : wanted) : mapKnown(value, (known) => known === wanted);
    }),
  );
}
