import type { Machine, Reaction } from "../../model/machine";
import { describeEvent, describeState } from "../../model/texts";
import { Prose } from "../../parts/prose";

/** What a state means, and what it does when something happens. */
export function StateDetails(props: {
  readonly machine: Machine;
  readonly actor: string;
  readonly path: string;
}) {
  const { machine, actor, path } = props;
  const node = machine.nodes.get(path);
  if (node === undefined) return null;
  return (
    <div class="details">
      <h3>{path}</h3>
      <p>
        <Prose text={node.description ?? describeState(actor, path) ?? "No description."} />
      </p>
      {node.invokes.length > 0 && <p class="quiet">Runs {node.invokes.join(", ")}.</p>}
      {node.reactions.length > 0 && (
        <ul class="ways">
          {node.reactions.map((reaction) => (
            <li key={`${reaction.event} ${reaction.guard} ${reaction.targets}`}>
              <b>{reaction.event}</b>
              {reaction.guard !== undefined && ` [${reaction.guard}]`} {where(reaction)}
              <span class="quiet">
                {" "}
                <Prose text={reaction.description ?? describeEvent(actor, reaction.event) ?? ""} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function where({ targets }: Reaction): string {
  return targets.length === 0 ? "stays" : `→ ${targets.join(", ")}`;
}
