import type { ContainerDefinition } from "../../model/container.js";
import type { MailDefinition } from "../../model/mail.js";
import type { FileTree } from "../mail/tree.js";

const directory = "/opt/postfix/conf";
/** Scripts that mailcow's entry point runs before Postfix starts. */
const hooks = "/hooks";

/**
 * Takes definitions of a tree, and gives them back once mailcow has started with them (its postfix.sh and docker-entrypoint.sh): `extra.cf` is written under
 * `main.cf`, and what hooks, or another way of starting the container, do is not worked out.
 */
export function mailcowOver(
  containers: readonly ContainerDefinition[],
  tree: FileTree,
): (definitions: readonly MailDefinition[]) => MailDefinition[] {
  const mounting = containers.filter(({ mounts }) => mounts.some(({ target }) => target === directory));
  return (definitions) =>
    definitions.map((definition) => {
      const own = mounting.filter(({ mounts }) =>
        mounts.some(({ target, source }) => target === directory && source === definition.id),
      );
      return own.length === 0 ? definition : startedBy(own, definition, tree);
    });
}

function startedBy(own: readonly ContainerDefinition[], definition: MailDefinition, tree: FileTree): MailDefinition {
  const place = `${definition.id}/extra.cf`;
  const extra = tree.paths.find((path) => tree.at(path) === place);
  const text = extra === undefined ? undefined : tree.text(extra);
  const changedBy = [...new Set([...(definition.changedBy ?? []), ...own.flatMap(changesOf)])].sort();
  return {
    ...definition,
    ...(extra === undefined || text === undefined
      ? {}
      : { files: { ...definition.files, "extra.cf": { at: tree.at(extra), text } } }),
    ...(changedBy.length > 0 ? { changedBy } : {}),
  };
}

function changesOf({ mounts, changedBy = [] }: ContainerDefinition): string[] {
  const run = mounts.flatMap(({ target, files, at }) => {
    if (!`${target}/`.startsWith(`${hooks}/`) && !`${hooks}/`.startsWith(`${target}/`)) return [];
    return files === undefined
      ? [`${hooks}/ (${at})`]
      : files.map((file) => `${target}/${file}`).filter((path) => path.startsWith(`${hooks}/`) && !isAside(path));
  });
  return [...changedBy, ...run];
}

/** What lies in an empty directory of a repository, and remarks. */
const isAside = (path: string) => /\/(?:\.[\w-]+|README(?:\.md)?)$/.test(path);
