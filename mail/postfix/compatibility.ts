/**
 * A compatibility level as a number that sorts, undefined when malformed: `major[.minor[.patch]]` from Postfix 3.6,
 * a plain number before (COMPATIBILITY_README).
 */
export function parseLevel(text: string, dotted = true): number | undefined {
  const [, major = "", minor = "0", patch = "0"] =
    (dotted ? /^\s*\+?(\d{1,9})(?:\.(\d{1,4})(?:\.(\d{1,4}))?)?$/ : /^\s*\+?(\d{1,9})$/).exec(text) ?? [];
  if (major === "" || Number(minor) > 1023 || Number(patch) > 1023) return undefined;
  return (Number(major) * 1024 + Number(minor)) * 1024 + Number(patch);
}
