type Output = "standard output" | "standard error";

/**
 * A reader that goes away (`port587 reach --json | head`) is no failure: what it no longer wants is dropped, files are
 * still written, and the exit code stays the verdict's. Any other failed write ends the program with exit code 2.
 */
export function outliveReaders(): void {
  process.stdout.on("error", failed("standard output"));
  process.stderr.on("error", failed("standard error"));
}

function failed(name: Output): (error: NodeJS.ErrnoException) => void {
  return ({ code }) => {
    if (code === "EPIPE") return;
    if (name === "standard output")
      process.stderr.write(`port587: ${name}: cannot be written (${code ?? "unknown error"})\n`);
    process.exit(2);
  };
}

/** Characters that go out in one write. */
const chunkLength = 1 << 16;

/** The same text in fewer pieces. */
export function* chunksOf(pieces: Iterable<string>): Generator<string> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

/** Writes to standard output no faster than its reader takes it, until that goes away. */
export async function print(pieces: Iterable<string>): Promise<void> {
  const { stdout } = process;
  for (const chunk of chunksOf(pieces)) if (!stdout.write(chunk) && !(await takesMore(stdout))) return;
}

/** False when it has failed, which `outliveReaders` hears of. */
function takesMore(stream: NodeJS.WriteStream): Promise<boolean> {
  return new Promise((resolve) => {
    const drained = () => end(true);
    const failed = () => end(false);
    const end = (more: boolean) => {
      stream.off("drain", drained).off("error", failed);
      resolve(more);
    };
    stream.once("drain", drained).once("error", failed);
  });
}
