// The compiler copies no JSON: the schemas must stand beside the compiled code that reads them.
import { cpSync } from "node:fs";

cpSync("schemas", "dist/schemas", { recursive: true, filter: (path) => !path.endsWith(".ts") });
