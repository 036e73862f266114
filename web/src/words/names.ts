// Makes file names and other untrusted texts safe to show: invisible characters and those that change the
// text direction are shown as their code, so that no name looks like another.
const unseen =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

export function visible(text: string): string {
  return text.replace(unseen, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${code}⟩`;
  });
}

export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

// As a name for a download: one plain path component.
export function downloadName(path: string): string {
  return fileName(path).replace(unseen, '_').replace(/["\\]/g, '_') || 'file';
}
