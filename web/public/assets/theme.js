// Before the first paint, so that the page never flashes in the other theme.
(() => {
  let theme = null;
  try {
    theme = JSON.parse(localStorage.getItem('glovebox.theme'));
  } catch {
    // No storage, or not ours: the system's theme.
  }
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
