/** The protocol's error body. */
export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly category: string;
    readonly message: string;
    readonly field?: string;
    readonly retryable: boolean;
  };
}

/** The body for a status, with that status's usual code and message unless given. */
export function errorBody(
  status: number,
  given: { readonly code?: string; readonly message?: string; readonly field?: string } = {},
): ErrorBody {
  const usual = USUAL[status] ?? (status >= 500 ? INTERNAL : REFUSED);
  return {
    error: {
      code: given.code ?? usual.code,
      category: usual.category,
      message: given.message ?? usual.message,
      ...(given.field !== undefined && { field: given.field }),
      retryable: status === 408 || status === 429 || status >= 500,
    },
  };
}

interface Usual {
  readonly code: string;
  readonly category: string;
  readonly message: string;
}

const INTERNAL: Usual = { code: "INTERNAL_001", category: "INTERNAL", message: "Internal error." };
const REFUSED: Usual = { code: "REQUEST_001", category: "REQUEST", message: "Request refused." };

const USUAL: Readonly<Record<number, Usual>> = {
  400: { code: "VALIDATION_001", category: "VALIDATION", message: "The request is invalid." },
  401: { code: "AUTH_004", category: "AUTH", message: "The API key is not known." },
  403: { code: "AUTH_005", category: "AUTH", message: "Not allowed." },
  404: { code: "NOT_FOUND_001", category: "NOT_FOUND", message: "No such endpoint." },
  405: { code: "REQUEST_002", category: "REQUEST", message: "Method not allowed." },
  408: { code: "TIMEOUT_001", category: "TIMEOUT", message: "The request took too long." },
  409: { code: "REQUEST_003", category: "REQUEST", message: "This cannot be done now." },
  413: { code: "VALIDATION_002", category: "VALIDATION", message: "The body is too large." },
  415: { code: "REQUEST_004", category: "REQUEST", message: "The body must be JSON." },
  426: { code: "REQUEST_005", category: "REQUEST", message: "This endpoint is a WebSocket." },
  429: { code: "RATE_001", category: "RATE_LIMIT", message: "Too many requests." },
};
