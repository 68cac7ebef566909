import { pythonWith } from "./python.js";

const version = "6.3.1";

/** The command line that starts sslyze. */
export function sslyze() {
  return { version, python: pythonWith("sslyze", version), args: ["-m", "sslyze"] };
}
