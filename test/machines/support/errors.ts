import {
  AuthenticationError,
  NetworkError,
  NotFoundError,
  RateLimitError,
  ServerError,
  ValidationError,
} from "../../../src/errors";

/** One error of each kind that the machines treat differently. */
export const errors = {
  network: () => new NetworkError("No answer."),
  server: () => new ServerError("The server failed (status 500).", { statusCode: 500 }),
  busy: (retryAfter: number) => new RateLimitError("Too many.", { statusCode: 429, retryAfter }),
  limited: () => new RateLimitError("Too many.", { statusCode: 429 }),
  key: () => new AuthenticationError("Refused.", { statusCode: 401 }),
  missing: () => new NotFoundError("Missing.", { statusCode: 404 }),
  invalid: () => new ValidationError("Invalid.", { statusCode: 400 }),
};
