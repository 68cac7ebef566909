import type { WireLine } from "../model/evidence.js";

const maxLines = 200;
const maxLength = 500;

/** What was said on one connection, ready to be shown: bounded, printable, without SASL data. */
export class Transcript {
  /** Shared by all evidence of the session; it grows until the session ends. */
  readonly lines: WireLine[] = [];
  private readonly start = performance.now();
  private readonly hidden: string[] = [];

  /** From now on nothing that holds the secret is kept, not even where a server repeats it. */
  hide(...secrets: readonly string[]): void {
    this.hidden.push(...secrets.filter((each) => each !== ""));
  }

  sent(text: string): void {
    this.add(">", text.replace(/^(AUTH\s+\S+)\s+\S.*$/i, "$1 ***"));
  }

  received(text: string): void {
    this.add("<", text.replace(/^(334[ -]).+$/, "$1***"));
  }

  event(text: string): void {
    this.add("*", text);
  }

  /** Milliseconds since the connection attempt began. */
  elapsed(): number {
    return Math.round(performance.now() - this.start);
  }

  private add(by: WireLine["by"], text: string): void {
    if (this.lines.length > maxLines) return;
    const cut = this.lines.length === maxLines;
    this.lines.push({
      at: this.elapsed(),
      by: cut ? "*" : by,
      text: cut ? "further lines are not kept" : printable(this.masked(text)),
    });
  }

  /** Without what has been hidden. */
  masked(text: string): string {
    return this.hidden.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
  }
}

/** Control characters become visible escapes, so that a server cannot write to anyone's terminal. */
export function printable(text: string): string {
  const escaped = text
    .slice(0, maxLength)
    .replace(
      /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
      (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
  return escaped.length > maxLength || text.length > maxLength ? `${escaped.slice(0, maxLength - 1)}…` : escaped;
}

const shown = 8;

/** A list that anybody may have made long. */
export function few(texts: readonly string[]): string {
  const more = texts.length - shown;
  return `${texts.slice(0, shown).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
