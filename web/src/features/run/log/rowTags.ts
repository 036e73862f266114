// The rows of the terminal that contain stderr: ranges of row numbers, counted from the first row ever
// written, in order.
export class RowTags {
  #ranges: { from: number; to: number }[] = [];

  clear(): void {
    this.#ranges = [];
  }

  // `from` must not be before the last range, except to overlap its end.
  add(from: number, to: number): void {
    const last = this.#ranges[this.#ranges.length - 1];
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else this.#ranges.push({ from, to });
  }

  has(row: number): boolean {
    let low = 0;
    let high = this.#ranges.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const range = this.#ranges[middle];
      if (!range) return false;
      if (row < range.from) high = middle - 1;
      else if (row > range.to) low = middle + 1;
      else return true;
    }
    return false;
  }
}
