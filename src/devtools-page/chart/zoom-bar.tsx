import type { Zoom } from "./use-zoom";

export function ZoomBar(props: {
  readonly zoom: Zoom;
  readonly isFollowing: boolean;
  readonly onFollow: (isFollowing: boolean) => void;
}) {
  const { zoom, isFollowing, onFollow } = props;
  return (
    <div class="zoom-bar" role="toolbar" aria-label="Size of the chart">
      <button type="button" aria-label="Smaller" onClick={() => zoom.by(1 / 1.25)}>
        −
      </button>
      <output class="zoom-scale">{Math.round((zoom.scale ?? 1) * 100)} %</output>
      <button type="button" aria-label="Larger" onClick={() => zoom.by(1.25)}>
        +
      </button>
      <button type="button" onClick={zoom.toFull}>
        100 %
      </button>
      <button type="button" onClick={zoom.toWhole}>
        Whole
      </button>
      <label class="check">
        <input
          type="checkbox"
          checked={isFollowing}
          onChange={(event) => onFollow(event.currentTarget.checked)}
        />
        Follow
      </label>
    </div>
  );
}
