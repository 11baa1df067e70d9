/** Something that the person at the keyboard cannot put right, such as a server that fails; the message is one sentence. */
export class Failure extends Error {
  override readonly name = "Failure";
}
