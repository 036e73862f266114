import { visible } from './names';

// "sha256:0123456789ab": enough to tell two images apart.
export function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

// "tools, sha256:0123456789ab" for the card of a tool; its name alone while the image is not there.
export function toolImageWords(image: { name: string; digest: string | null }): string {
  return image.digest === null ? visible(image.name) : `${visible(image.name)}, ${shortDigest(image.digest)}`;
}

export function imageWords(image: { ref: string; digest: string }): string {
  return `${visible(image.ref)}, ${shortDigest(image.digest)}`;
}
