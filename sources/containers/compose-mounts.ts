import { posix } from "node:path";
import type { Mount } from "../../model/container.js";
import type { FlatYaml } from "../clients/formats/yaml.js";
import type { FileTree } from "../mail/tree.js";
import { filledIn, indexed, placeOf, type Variables } from "./compose-entries.js";

/** What stands in these places of the container; where a variable decides the place, it may be any. */
export function mountsOf(
  own: FlatYaml,
  variables: Variables,
  tree: FileTree,
  directory: string,
  idOf: (path: string) => string,
): Mount[] {
  return indexed(own, "volumes").flatMap((entry) => {
    const short = entry.get("");
    const [source = "", target] = short
      ? (filledIn(short.value, variables).match(/(?:\$\{[^}]*\}|[^:])+/g) ?? [])
      : ["source", "target"].map((name) => filledIn(entry.get(name)?.value ?? "", variables) || undefined);
    const at = placeOf(entry);
    if (target === undefined) return [];
    const isAnywhere = target.includes("$");
    const path = isAnywhere ? undefined : pathIn(source, directory);
    return [
      {
        target: isAnywhere ? "" : target.replace(/\/+$/, ""),
        source: path === undefined ? undefined : idOf(path),
        files: path === undefined ? undefined : filesAt(path, tree),
        at,
      },
    ];
  });
}

/** Files of `configs` and `secrets`, which are one each (Compose file reference, `configs`, `secrets`). */
export function storesOf(own: FlatYaml): Mount[] {
  return ["configs", "secrets"].flatMap((list) =>
    indexed(own, list).map((entry): Mount => {
      const name = entry.get("")?.value ?? entry.get("source")?.value ?? "";
      const target = entry.get("target")?.value ?? name;
      const path = posix.resolve(list === "configs" ? "/" : "/run/secrets", target);
      const isAnywhere = target.includes("$");
      const files = isAnywhere ? undefined : [""];
      return { target: isAnywhere ? "" : path, source: undefined, files, at: placeOf(entry) };
    }),
  );
}

/** A relative path as the tree has it; named volumes and absolute paths are not at hand. */
function pathIn(source: string, directory: string): string | undefined {
  if (!source.startsWith(".") || source.includes("$")) return undefined;
  return posix.join(directory, source).replace(/\/+$/, "");
}

function filesAt(path: string, tree: FileTree): string[] | undefined {
  if (tree.has(path)) return [""];
  const below = tree.below(path);
  return below.length > 0 ? below : undefined;
}
