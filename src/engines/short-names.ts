/** Names that engines take: of few characters and short, yet no two alike. */
import { sha256 } from "../shared/files.js";

const HASH_CHARACTERS = 8;
/** Kubernetes allows a host's name 63 characters; pods add their index to the Job's. */
const MOST_CHARACTERS = 52;

const hashOf = (text: string): string => sha256(text).slice(0, HASH_CHARACTERS);

/** Names of objects of Kubernetes: small letters, digits and dashes. What had to be changed or cut gets a hash of the whole. */
export function dnsName(text: string): string {
  const kept = text.toLowerCase().replace(/[^a-z0-9-]+/g, "-");
  if (kept === text && text.length <= MOST_CHARACTERS && !/^-|-$/.test(text)) return text;
  const beginning = kept.slice(0, MOST_CHARACTERS - HASH_CHARACTERS - 1).replace(/^-+|-+$/g, "");
  return `${beginning || "antbee"}-${hashOf(text)}`;
}

/** Names as identifiers of Python; those that would be one, such as a-b and a_b, get a hash of their own name. */
export function identifiers(names: readonly string[]): Map<string, string> {
  const plain = (name: string) => name.replace(/\W/g, "_");
  const alike = (name: string) => names.filter((other) => plain(other) === plain(name)).length > 1;
  return new Map(names.map((name) => [name, alike(name) ? `${plain(name)}_${hashOf(name)}` : plain(name)]));
}
