import type { Totals } from "../../../dev-server/devtools/messages";
import { type Books, booksOf } from "../../model/books";
import type { Client } from "../../model/clients";
import { count } from "../../model/format";
import { Panel } from "../../parts/panel";

/** Each client's account of its events, beside what the server got. */
export function TotalsPanel(props: {
  readonly clients: readonly Client[];
  readonly totals: Totals;
}) {
  const { clients, totals } = props;
  const books = booksOf(clients);
  const delivered = books.reduce((sum, one) => sum + one.delivered, 0);
  return (
    <Panel title="Totals">
      <dl class="figures">
        <div>
          <dt>Events the server accepted</dt>
          <dd>{count(totals.events)}</dd>
        </div>
        <div>
          <dt>Delivered by the clients below</dt>
          <dd>{count(delivered)}</dd>
        </div>
        <div>
          <dt>Evaluations reported</dt>
          <dd>{count(totals.evaluations)}</dd>
        </div>
        <div>
          <dt>Requests</dt>
          <dd>{count(totals.requests)}</dd>
        </div>
      </dl>
      <p class="quiet">{comparison(totals.events, delivered)}</p>
      {books.length > 0 && <BooksTable books={books} />}
    </Panel>
  );
}

const COLUMNS: readonly { readonly title: string; of(books: Books): number }[] = [
  { title: "Accepted", of: ({ accepted }) => accepted },
  { title: "Delivered", of: ({ delivered }) => delivered },
  { title: "Pending", of: ({ pending }) => pending },
  { title: "Dropped", of: ({ dropped }) => dropped },
  { title: "Refused", of: ({ refused }) => refused },
];

function BooksTable(props: { readonly books: readonly Books[] }) {
  return (
    <div>
      <table class="stacking books">
        <thead>
          <tr>
            <th scope="col">Client</th>
            {COLUMNS.map(({ title }) => (
              <th key={title} scope="col" class="number">
                {title}
              </th>
            ))}
            <th scope="col">Adds up</th>
          </tr>
        </thead>
        <tbody>
          {props.books.map((one) => (
            <tr key={one.client.id}>
              <th scope="row">
                {one.client.label}
                {one.client.presence !== "here" && ` (${one.client.presence})`}
              </th>
              {COLUMNS.map(({ title, of }) => (
                <td key={title} class="number" data-label={title}>
                  {count(of(one))}
                </td>
              ))}
              <td data-label="Adds up">
                <span class={`pill ${one.addsUp ? "good" : "bad"}`}>
                  {one.addsUp ? "yes" : "no"}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function comparison(accepted: number, delivered: number): string {
  const others = accepted - delivered;
  if (others === 0) return "Both agree.";
  if (others > 0) {
    return `${count(others)} more than the clients below count: answers still under way, or clients without an inspector.`;
  }
  return `${count(-others)} fewer than the clients below count: they began before this server did.`;
}
