import { posix } from "node:path";
import { commandsOf, type Script } from "./host-firewall/shell.js";
import { scriptRun } from "./host-firewall/shell-within.js";
import { type Concerns, shellScript } from "./shell-items.js";

/** A file that is put onto a machine; without a text something that is not at hand decides it. */
export interface WrittenFile {
  readonly text: string | undefined;
  readonly at: string;
}

/** Files of servers are no scripts, and run nothing. */
const isScript = (path: string) => !/\.(?:cf|conf|ini|ya?ml|toml|md|pem|key)$/.test(path);
const isProgram = /\.sh$|(?:^|\/)s?bin\//;
/** Where the machine itself runs what lies there. */
const runByItself =
  /^(?:var\/lib\/cloud\/scripts|etc\/(?:cron|rc|init\.d|systemd)|(?:usr\/)?lib\/systemd|var\/spool\/cron)/;
const deepest = 8;

/** Scripts among the files of a machine that have to do with what is asked for, themselves or through another one. */
export class WrittenScripts {
  private readonly own: ReadonlyMap<string, WrittenFile>;
  private readonly named: RegExp | undefined;

  constructor(
    files: ReadonlyMap<string, WrittenFile>,
    private readonly touches: Concerns,
  ) {
    const scripts = [...files].filter(([path]) => isScript(path));
    let found = new Map(
      scripts.filter(([path, { text }]) => (text === undefined ? isProgram.test(path) : touches(text))),
    );
    for (let before = 0; found.size > before; ) {
      before = found.size;
      const names = namesOf(found.keys());
      found = new Map(scripts.filter(([path, { text }]) => found.has(path) || names?.test(text ?? "")));
    }
    this.own = found;
    this.named = namesOf(found.keys());
  }

  /** Whether a line is about it, or runs one of these scripts. */
  readonly concerns: Concerns = (line) => this.touches(line) || this.named?.test(line) === true;

  /** Those that run although no command names them. */
  runByItself(): string[] {
    return [...this.own].filter(([path]) => runByItself.test(path)).map(([, { at }]) => at);
  }

  /** A script with the commands of those that it runs in their place; what else is done with one is not worked out. */
  within({ commands, unread }: Script, depth = 0): Script {
    const read = commands.map((command): Script => {
      if (this.touches(`${command.words.join(" ")} ${command.output}`)) return { commands: [command], unread: [] };
      if (this.named?.test(command.words.join(" ")) !== true) return { commands: [], unread: [] };
      const run = scriptRun(command.words);
      const file = run?.startsWith("/") ? this.own.get(posix.normalize(run).slice(1)) : undefined;
      const isFed = command.after !== undefined || command.input !== undefined;
      if (file?.text === undefined || isFed || depth > deepest) return { commands: [command], unread: [] };
      const place = (line: number) => `${file.at}:${line}`;
      const script = file.text.startsWith("#!")
        ? shellScript(file.text, place, file.at, this.concerns)
        : commandsOf(file.text, place, this.concerns);
      return this.within(script, depth + 1);
    });
    return {
      commands: read.flatMap((each) => each.commands),
      unread: [...new Set([...unread, ...read.flatMap((each) => each.unread)])],
    };
  }
}

/** Finds a script by its own name: it may stand in the directory that a command runs in. */
function namesOf(paths: Iterable<string>): RegExp | undefined {
  const names = [...paths].map((path) => posix.basename(path).replace(/[\\^$+.()|{}[\]*?-]/g, "\\$&"));
  return names.length > 0 ? new RegExp(`(?<![\\w.-])(?:${names.join("|")})(?![\\w.-])`) : undefined;
}
