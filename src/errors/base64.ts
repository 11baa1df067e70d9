/** Standard base64, padded, of any bytes; without `Buffer`, so that browsers have it too. */
export function bytesToBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
