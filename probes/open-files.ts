import { readFileSync } from "node:fs";

/**
 * `connections`, or as many slots as this process may open files for, which only Linux tells: a slot takes two, that of its
 * connection and that of one which waits for its last answers, and look-ups and what the program reads take as many again. At its
 * start Node has already asked for the most that it may have.
 */
export function withinOpenFiles(connections: number): number {
  const [, most] = /^Max open files +(\d+)/m.exec(limits()) ?? [];
  return most === undefined ? connections : Math.max(1, Math.min(connections, Math.floor(Number(most) / 4)));
}

function limits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}
