import { count } from "../model/format";

/** Leads through the pages of a long list. */
export function Pager(props: {
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  readonly onPage: (page: number) => void;
}) {
  const { page, pages, total, onPage } = props;
  if (pages < 2) return null;
  return (
    <nav class="pager" aria-label="Pages of flags">
      <button type="button" disabled={page === 0} onClick={() => onPage(page - 1)}>
        Previous
      </button>
      <span>
        Page {page + 1} of {pages} · {count(total)} flags
      </span>
      <button type="button" disabled={page >= pages - 1} onClick={() => onPage(page + 1)}>
        Next
      </button>
    </nav>
  );
}
