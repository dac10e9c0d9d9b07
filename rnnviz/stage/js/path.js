// Curves as an SVG path's `d`. No DOM.

/** A line through points; nothing for none.
 * @param {[number, number][]} points */
export function polyline(points) {
  return points.length ? `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join(" L")}` : "";
}
