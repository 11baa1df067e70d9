/** `count` keys as apps have them. */
export function keysOf(count: number): string[] {
  const record = Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`checkout-redesign-${i}`, i]),
  );
  // Keys of an object are interned, as those of parsed JSON and literals of an app are.
  return Object.keys(record);
}

/** Flags without rules, two of three on. */
export function flagsOf(count: number): Record<string, boolean> {
  return Object.fromEntries(keysOf(count).map((key, i) => [key, i % 3 !== 0]));
}

/** Flags with one rule and partial rollouts: whoever gets them, a hash decides. */
export function rulesOf(count: number): Record<string, unknown> {
  return Object.fromEntries(keysOf(count).map((key, i) => [key, ruleOf(key, i)]));
}

function ruleOf(key: string, i: number): unknown {
  return {
    key,
    enabled: true,
    rollout: 10 + (i % 80),
    rules: [
      {
        id: `rule-${i}`,
        enabled: true,
        rollout: 50,
        conditions: [{ attribute: "plan", operator: "equals", value: "pro" }],
      },
    ],
  };
}

/** 64 keys, spread evenly over all of them; fewer keys come again in turn. */
export function sample(keys: readonly string[]): string[] {
  return Array.from({ length: 64 }, (_, i) => {
    const place = keys.length < 64 ? i % keys.length : Math.floor((i * keys.length) / 64);
    return keys[place] ?? "";
  });
}
