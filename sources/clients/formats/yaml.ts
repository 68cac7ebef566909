import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from "yaml";
import { type Format, templated } from "./lines.js";

const deepest = 32;

/**
 * YAML or JSON, flat: `spring.mail.host`, `receivers.0.name`. Of several documents the later ones win. What cannot be
 * parsed has no settings: most YAML files are none of ours.
 */
export const yaml: Format = (text, at) =>
  new Map(
    [...flatYaml(text, at)].map(([path, { value, at: place }]) => [path, { value: templated(value, path), at: place }]),
  );

/** Values with their places by the path of their keys (`services.mail.image`). */
export type FlatYaml = ReadonlyMap<string, { readonly value: string; readonly at: string }>;

/** The same with every value as it is written. */
export function flatYaml(text: string, at: string): FlatYaml {
  const settings = new Map<string, { value: string; at: string }>();
  if (/[[{]{200}/.test(text.replace(/[^[\]{}]/g, "").replace(/\]|\}/g, ""))) return settings;
  const lines = new LineCounter();
  // Errors are not told: to make them pretty takes time that grows with their number times the text.
  const options = { lineCounter: lines, logLevel: "silent", prettyErrors: false, uniqueKeys: false } as const;
  const documents = parseAllDocuments(text, options);
  const walk = (node: unknown, path: string, depth: number): void => {
    if (depth > deepest) return;
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name !== undefined) walk(value, path === "" ? name : `${path}.${name}`, depth + 1);
      }
    } else if (isSeq(node)) for (const [i, each] of node.items.entries()) walk(each, `${path}.${i}`, depth + 1);
    else if (isScalar(node) && node.value !== null) {
      const place = `${at}:${lines.linePos(node.range?.[0] ?? 0).line}`;
      settings.set(path, { value: String(node.value), at: place });
    }
  };
  for (const document of Array.isArray(documents) ? documents : []) walk(document.contents, "", 0);
  return settings;
}
