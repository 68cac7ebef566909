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
