// The lines of two outputs side by side: the longest common lines, by Myers's algorithm with a limit on its
// work. If two texts differ too much for it, the rest is shown as changed.

export type Row =
  | { kind: 'same'; left: string; right: string; leftLine: number; rightLine: number }
  | { kind: 'changed'; left: string | null; right: string | null; leftLine: number; rightLine: number };

const mostEdits = 2000;

export function sideBySide(left: readonly string[], right: readonly string[]): Row[] {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let tail = 0;
  while (tail < left.length - start && tail < right.length - start && left[left.length - 1 - tail] === right[right.length - 1 - tail]) {
    tail += 1;
  }
  const middle = matchesOf(left.slice(start, left.length - tail), right.slice(start, right.length - tail));
  const pairs: [number, number][] = [];
  for (let i = 0; i < start; i++) pairs.push([i, i]);
  for (const [x, y] of middle) pairs.push([x + start, y + start]);
  for (let i = tail; i > 0; i--) pairs.push([left.length - i, right.length - i]);
  return rowsOf(left, right, pairs);
}

// Between two matches, removed and added lines are paired.
function rowsOf(left: readonly string[], right: readonly string[], pairs: [number, number][]): Row[] {
  const rows: Row[] = [];
  let x = 0;
  let y = 0;
  for (const [nextX, nextY] of [...pairs, [left.length, right.length] as [number, number]]) {
    while (x < nextX || y < nextY) {
      const hasLeft = x < nextX;
      const hasRight = y < nextY;
      rows.push({
        kind: 'changed',
        left: hasLeft ? (left[x] ?? '') : null,
        right: hasRight ? (right[y] ?? '') : null,
        leftLine: x + 1,
        rightLine: y + 1,
      });
      if (hasLeft) x += 1;
      if (hasRight) y += 1;
    }
    if (nextX < left.length && nextY < right.length) {
      rows.push({ kind: 'same', left: left[x] ?? '', right: right[y] ?? '', leftLine: x + 1, rightLine: y + 1 });
      x += 1;
      y += 1;
    }
  }
  return rows;
}

// Pairs of indices of equal lines, both increasing.
function matchesOf(a: readonly string[], b: readonly string[]): [number, number][] {
  const most = Math.min(a.length + b.length, mostEdits);
  const reach = new Map<number, number>([[1, 0]]);
  const trail: Map<number, number>[] = [];
  for (let d = 0; d <= most; d++) {
    trail.push(new Map(reach));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
      let x = down ? (reach.get(k + 1) ?? 0) : (reach.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      reach.set(k, x);
      if (x >= a.length && x - k >= b.length) return walkBack(trail, a.length, b.length);
    }
  }
  return [];
}

function walkBack(trail: Map<number, number>[], endX: number, endY: number): [number, number][] {
  const pairs: [number, number][] = [];
  let x = endX;
  let y = endY;
  for (let d = trail.length - 1; d >= 0; d--) {
    const reach = trail[d] ?? new Map<number, number>();
    const k = x - y;
    const down = k === -d || (k !== d && (reach.get(k - 1) ?? -1) < (reach.get(k + 1) ?? -1));
    const beforeK = down ? k + 1 : k - 1;
    const beforeX = d === 0 ? 0 : (reach.get(beforeK) ?? 0);
    const beforeY = d === 0 ? 0 : beforeX - beforeK;
    while (x > beforeX && y > beforeY && x > 0 && y > 0) {
      x -= 1;
      y -= 1;
      pairs.push([x, y]);
    }
    x = beforeX;
    y = beforeY;
  }
  return pairs.reverse();
}
