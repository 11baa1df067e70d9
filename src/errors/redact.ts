import { bytesToBase64 } from "./base64";

/** Replaces what must not be seen in a text. */
export type Redact = (text: string) => string;

const REPLACEMENT = "[redacted]";

/**
 * Makes a function that hides `secrets` in any text: as they are, URL-encoded,
 * and as base64, alone or in the middle of something longer such as
 * `user:secret`. Upper and lower case are told apart; empty secrets are ignored.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const forms = new Set(secrets.filter((secret) => secret !== "").flatMap(formsOf));
  if (forms.size === 0) return (text) => text;
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escapePattern).join("|"), "g");
  return (text) => text.replace(pattern, REPLACEMENT);
}

function formsOf(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const percent = new URLSearchParams([["", secret]]).toString().slice(1);
  const inUrls = [percent, percent.replaceAll("+", "%20"), encodeUri(secret)];
  const inBase64 = [bytesToBase64(bytes), ...[0, 1, 2].map((shift) => base64Core(bytes, shift))];
  return [
    secret,
    ...inUrls.flatMap((form) => [form, lowerCaseEscapes(form)]),
    ...inBase64
      .filter((form) => form.length >= SHORTEST_BASE64)
      .flatMap((f) => [f, urlAlphabet(f)]),
  ];
}

// A shorter piece of base64 appears in innocent text by chance.
const SHORTEST_BASE64 = 8;

/** The characters that the secret alone determines, with `shift` foreign bytes (modulo 3) before it. */
function base64Core(secret: Uint8Array, shift: number): string {
  const bytes = new Uint8Array(shift + secret.length);
  bytes.set(secret, shift);
  const start = Math.ceil((shift * 8) / 6);
  const end = Math.floor((bytes.length * 8) / 6);
  return bytesToBase64(bytes).slice(start, end);
}

function encodeUri(secret: string): string {
  // `encodeURIComponent` throws on half a surrogate pair.
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret;
  }
}

function lowerCaseEscapes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
}

function urlAlphabet(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
