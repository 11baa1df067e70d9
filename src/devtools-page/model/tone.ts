/** What a state means for whoever watches: a colour, always beside the state's name. */
export type Tone = "good" | "busy" | "bad" | "calm";

const TONES: Readonly<Record<Exclude<Tone, "calm">, RegExp>> = {
  bad: /^(circuit:open|hold:held|client:(closed|closing)|client\.(network:offline|page:absent|key:refused)|connection:(unauthorized|suspended|streaming\.refused)|(freshness|rules):(expired|stale)|(tracking|telemetry):(held|backingOff))/,
  busy: /(requesting|identifying|connecting|backingOff|retryWait|flushing|saving|loading|initializing|half_open|waiting|draining|healing|asking)/,
  good: /^(circuit:closed|client:running|client\.(readiness:ready|network:online|key:accepted)|connection:streaming\.open|connection:polling|(freshness|rules):(fresh|vouched))/,
};

/**
 * The tone of a state of the SDK's own machines, or `calm`.
 *
 * @param region as in `connection.polls`
 * @param state its public name
 */
export function toneOf(region: string, state: string): Tone {
  const name = `${region}:${state}`;
  if (TONES.bad.test(name)) return "bad";
  if (TONES.good.test(name)) return "good";
  return TONES.busy.test(state) ? "busy" : "calm";
}
