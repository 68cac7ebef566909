import type { HarakaFiles } from "./files.js";
import type { Plugins } from "./plugins.js";
import type { Tls } from "./tls.js";

/** What Haraka is made of, read once. */
export interface Haraka {
  readonly files: HarakaFiles;
  readonly plugins: Plugins;
  readonly tls: Tls;
}
