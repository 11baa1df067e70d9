/** Measures a text in pixels, in a font as CSS writes it. */
export type TextWidth = (text: string, font: string) => number;

/** As the browser will draw it. */
export function canvasTextWidth(): TextWidth {
  const context = document.createElement("canvas").getContext("2d");
  return (text, font) => {
    if (context === null) return text.length * 7.5;
    context.font = font;
    return Math.ceil(context.measureText(text).width);
  };
}
