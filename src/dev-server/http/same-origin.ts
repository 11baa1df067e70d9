import type { IncomingMessage } from "node:http";
import { hostName, isLoopbackHost, isLoopbackOrigin } from "./loopback";
import { Refusal } from "./refusal";

/**
 * Lets a request pass that was addressed to a loopback name, as no page can that
 * had its own name point to this machine.
 *
 * @throws Refusal 403
 */
export function requireLoopbackHost({ headers }: IncomingMessage): void {
  const name = hostName(headers.host);
  if (name !== undefined && isLoopbackHost(name)) return;
  throw new Refusal(403, { message: "Control endpoints answer to a loopback host name only." });
}

/**
 * Lets programs of this machine pass, and pages of this server.
 *
 * @throws Refusal 403 for another host or origin
 */
export function requireSameOrigin(request: IncomingMessage): void {
  requireLoopbackHost(request);
  const { host, origin } = request.headers;
  // Where it is missing, no browser sent it; `none` is a person who typed the address.
  const site = request.headers["sec-fetch-site"] ?? "none";
  const isOfOwnPage = site === "same-origin" || site === "none";
  if (!isOfOwnPage || (origin !== undefined && origin !== `http://${host}`)) {
    throw new Refusal(403, { message: "Control endpoints refuse pages of other origins." });
  }
}

/**
 * Lets programs of this machine pass, and pages of any loopback origin.
 *
 * @throws Refusal 403 for another host or origin
 */
export function requireLoopbackOrigin(request: IncomingMessage): void {
  requireLoopbackHost(request);
  const { origin } = request.headers;
  if (origin === undefined || isLoopbackOrigin(origin)) return;
  throw new Refusal(403, {
    message: "Inspectors of pages that another machine served are refused.",
  });
}

/**
 * Lets a body pass that no form could send, where a browser sent it. Programs
 * such as `curl` need not say what theirs is.
 *
 * @throws Refusal 415
 */
export function requireJsonOfPages({ headers }: IncomingMessage): void {
  const isOfPage = headers.origin !== undefined || headers["sec-fetch-site"] !== undefined;
  const hasBody =
    headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  if (!isOfPage || !hasBody || /^application\/json *(;|$)/i.test(headers["content-type"] ?? "")) {
    return;
  }
  throw new Refusal(415, { message: "A page must send its body as application/json." });
}
