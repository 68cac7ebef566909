/** An answer that many ask for, worked out once for each key. */
export function onceFor<K, V>(answer: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as V;
    const fresh = answer(key);
    known.set(key, fresh);
    return fresh;
  };
}

/** The same of objects: an answer is kept as long as what it is about. */
export function onceForEach<K extends WeakKey, V>(answer: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly answer: V }>();
  return (key) => {
    const found = known.get(key);
    if (found) return found.answer;
    const fresh = { answer: answer(key) };
    known.set(key, fresh);
    return fresh.answer;
  };
}
