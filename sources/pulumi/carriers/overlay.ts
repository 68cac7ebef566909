import { isUnknown } from "../../../model/maybe.js";
import { Input, memberPath, type Properties, pathOf, put, Secret, type Tree } from "../input.js";

/**
 * Values as Helm lays them over each other: maps are merged name by name, of anything else the last one counts.
 * @param pieces the first is overridden by those after it.
 * @param path of the whole; each part keeps the place of the piece that it comes from.
 */
export function overlaid(pieces: readonly Input[], path: string): Input {
  const places = new Map<string, string>();
  const laid = pieces.reduce<Tree | undefined>((below, piece) => {
    const over = piece.content;
    return over === undefined ? below : merged(below, over, path, piece.at, places);
  }, undefined);
  return Input.of(laid, path, undefined, (steps) => places.get(pathOf(path, steps)));
}

function merged(below: Tree | undefined, over: Tree, path: string, at: string, places: Map<string, string>): Tree {
  if (!isBag(over)) {
    if (Array.isArray(over))
      for (const [i, each] of over.entries()) merged(undefined, each, `${path}[${i}]`, at, places);
    places.set(path, at);
    return over;
  }
  const result: Record<string, Tree> = isBag(below) ? { ...below } : {};
  if (!places.has(path)) places.set(path, at);
  for (const [name, value] of Object.entries(over)) {
    const known = Object.hasOwn(result, name) ? result[name] : undefined;
    put(result, name, merged(known, value, memberPath(path, name), at, places));
  }
  return result;
}

function isBag(tree: Tree | undefined): tree is Properties {
  return typeof tree === "object" && !Array.isArray(tree) && !(tree instanceof Secret) && !isUnknown(tree);
}
