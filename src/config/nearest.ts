/**
 * The known option that a misspelt `path` most likely means: the one that shares
 * most pairs of letters with it. `undefined` when that is less than half of them.
 */
export function nearestPath(path: string, known: readonly string[]): string | undefined {
  const pairs = pairsOf(path);
  let nearest: string | undefined;
  let most = 0.5;
  for (const candidate of known) {
    const others = pairsOf(candidate);
    const shared = pairs.filter((pair) => others.includes(pair)).length;
    const likeness = (2 * shared) / (pairs.length + others.length);
    if (likeness > most) {
      most = likeness;
      nearest = candidate;
    }
  }
  return nearest;
}

function pairsOf(path: string): string[] {
  const letters = [...path.toLowerCase()];
  return letters.map((letter, i) => letter + letters[i + 1]);
}
