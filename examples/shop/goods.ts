/** Something to buy. */
export interface Item {
  readonly id: string;
  readonly name: string;
  /** In euros. */
  readonly price: number;
  readonly color: string;
}

export const goods: readonly Item[] = [
  { id: "lamp", name: "Reading lamp", price: 38, color: "#d8a657" },
  { id: "mug", name: "Stoneware mug", price: 14, color: "#7daea3" },
  { id: "blanket", name: "Wool blanket", price: 62, color: "#d3869b" },
  { id: "notebook", name: "Dotted notebook", price: 9, color: "#a9b665" },
];
