// The width of a character of the list's font.
export function measured(box: HTMLElement): number {
  const probe = document.createElement('span');
  probe.className = 'log-probe';
  probe.textContent = '0'.repeat(100);
  box.append(probe);
  const { width } = probe.getBoundingClientRect();
  probe.remove();
  return width > 0 ? width / 100 : 8;
}
