/** Why something that was asked for did not happen. */
export function Failure(props: { readonly message: string | undefined }) {
  return (
    <p class={props.message === undefined ? "sr-only" : "failure"} role="alert">
      {props.message}
    </p>
  );
}
