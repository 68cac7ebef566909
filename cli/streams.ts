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
