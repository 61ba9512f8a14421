/** Whether a folder is on a file system that other machines see, as far as this one can tell. */
import { existsSync, statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";

/** Magic numbers of file systems that are shared between machines (linux/magic.h and the systems' own headers). */
const SHARED: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
  0x19830326, // BeeGFS
  0x00c36400, // Ceph
  0xff534d42, // CIFS
  0xfe534d42, // SMB2
  0x65735546, // FUSE, which many of them come as
  0x01021997, // 9p
  0x5346414f, // AFS
  0x20030528, // OrangeFS
  0x7461636f, // OCFS2
  0x01161970, // GFS2
  0xaad7aaea, // PanFS
]);

/** A sentence of warning for a folder, there or to be made, that other machines may not see; undefined where they do. */
export function notShared(folder: string): string | undefined {
  let place = resolve(folder);
  while (!existsSync(place)) place = dirname(place);
  const { type } = statfsSync(place);
  if (SHARED.has(type >>> 0)) return undefined;
  return `${folder}: is on a file system of this machine alone, as far as can be seen; units on other machines would not find one another's files.`;
}
