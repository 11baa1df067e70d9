import { once } from "node:events";
import type { Server } from "node:http";
import { RollgateError } from "../errors/rollgate-error";

/**
 * Lets a server listen.
 *
 * @throws RollgateError `PORT_IN_USE` or `LISTEN_FAILED`
 */
export async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw code === "EADDRINUSE"
      ? new RollgateError(
          `Port ${port} of ${host} is in use: choose another port, or stop the program that has it.`,
          { code: "PORT_IN_USE", cause },
        )
      : new RollgateError(`Port ${port} of ${host} cannot be opened (${code ?? String(cause)}).`, {
          code: "LISTEN_FAILED",
          cause,
        });
  }
}
