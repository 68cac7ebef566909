/**
 * Does a path fit a pattern as glob(3) has it: `*` and `?` within one directory and not for a leading dot, `[a-z]`, `[!a]`?
 * The time grows with the product of the lengths.
 */
export function matchesGlob(path: string, pattern: string): boolean {
  const [parts, patterns] = [path.split("/"), pattern.split("/")];
  return parts.length === patterns.length && parts.every((part, i) => fits(part, patterns[i] as string));
}

export function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

type Token = "*" | ((character: string) => boolean);

function fits(name: string, pattern: string): boolean {
  if (name.startsWith(".") && !pattern.startsWith(".")) return false;
  const tokens = tokensOf(pattern);
  let [at, token, star, resume] = [0, 0, -1, 0];
  while (at < name.length) {
    const next = tokens[token];
    if (next === "*") [star, resume, token] = [token, at, token + 1];
    else if (next?.(name[at] as string)) [at, token] = [at + 1, token + 1];
    else if (star >= 0) [token, resume, at] = [star + 1, resume + 1, resume + 1];
    else return false;
  }
  return tokens.slice(token).every((rest) => rest === "*");
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] as string;
    const end = character === "[" ? pattern.indexOf("]", i + 2) : -1;
    if (character === "*") tokens.push("*");
    else if (character === "?") tokens.push(() => true);
    else if (end > 0) {
      tokens.push(bracket(pattern.slice(i + 1, end)));
      i = end;
    } else tokens.push((each) => each === character);
  }
  return tokens;
}

function bracket(inside: string): Token {
  const negated = /^[!^]/.test(inside);
  const listed = negated ? inside.slice(1) : inside;
  const has = (character: string) => {
    for (let i = 0; i < listed.length; i++) {
      const [low, dash, high] = [listed[i] as string, listed[i + 1], listed[i + 2]];
      if (dash === "-" && high !== undefined) {
        if (low <= character && character <= high) return true;
        i += 2;
      } else if (low === character) return true;
    }
    return false;
  };
  return (character) => has(character) !== negated;
}
