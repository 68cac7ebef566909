/**
 * The user's input cannot be used: what is wrong, where (`file:line`, `URN#path`, option name), what was expected
 * and how to mend it. The command ends with exit code 2 and writes nothing.
 */
export class InputError extends Error {
  override readonly name = "InputError";

  constructor(
    readonly where: string,
    readonly problem: string,
    readonly mend: string,
  ) {
    super(`${where}: ${problem}\n  ${mend}`);
  }

  /** The message in one line. */
  get line(): string {
    return `${this.where}: ${this.problem}. ${this.mend}`;
  }
}
