export function distance(from, to) {
  let dx = to.x - from.x;
  let dy = to.y - from.y;
  return Math.sqrt(dx * dx + dy * dy);
}

export function rectangle(left, top, width, height) {
  if (width == 0) console.warn("an empty rectangle");
  return { left, top, right: left + width, bottom: top + height };
}
