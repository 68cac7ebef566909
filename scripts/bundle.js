// Node spends more time on finding and opening the command's two hundred modules than on running them. So they go into few
// files, in CommonJS, which is loaded at one go (bench/README.md has the figures). Packages stay what they are, outside.
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

const cli = join("dist", "cli");

/** Files and what they hold, with all that it imports; the first that names a module keeps it. Anything else is loaded when it is asked for. */
const files = [
  { name: "start", holds: ["cli/main"] },
  { name: "probe", holds: ["cli/check", "cli/probe", "probes/index"] },
  { name: "judge", holds: ["cli/assess", "cli/rehearsal", "probes/judgement", "probes/path/index", "reports/json"] },
];

/** `require` gives the namespace of a package that is an ES module: its default comes from a file that knows no more than that. */
const onlyDefault = "wrap-ansi";
const defaultOf = {
  name: "default-of-a-required-module",
  resolveId(id, importer) {
    if (id !== onlyDefault) return undefined;
    return importer === `\0${id}` ? { id, external: true } : `\0${id}`;
  },
  load: (id) => (id === `\0${onlyDefault}` ? `export { default } from "${onlyDefault}";` : undefined),
};

const bundle = await rolldown({
  input: join(cli, "main.js"),
  platform: "node",
  external: (id) => !/^[./\0]/.test(id) && id !== onlyDefault,
  plugins: [defaultOf],
  checks: { ineffectiveDynamicImport: false },
});
const built = join("dist", "bundled");
rmSync(built, { recursive: true, force: true });
await bundle.write({
  dir: built,
  format: "cjs",
  codeSplitting: {
    groups: files.map(({ name, holds }, i) => ({
      name,
      test: new RegExp(`/dist/(${holds.join("|")})[.]js$`),
      priority: files.length - i,
    })),
  },
});
writeFileSync(join(built, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
rmSync(cli, { recursive: true });
renameSync(built, cli);
