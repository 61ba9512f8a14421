/** Keys of samples that stand more than once in a dataset's archives: readers would take them for further samples. */
import { join } from "node:path";
import { listMembers, splitName } from "../../src/shared/tar-members.js";
import { archivesIn } from "../../src/shared/webdataset.js";

/** Where a key comes again, as a path below the dataset's folder, and what is wrong with that. */
export async function doubledKeys(dir: string): Promise<{ path: string; what: string }[]> {
  const places = new Map<string, string>();
  const faults: { path: string; what: string }[] = [];
  for (const archive of await archivesIn(dir))
    for (const key of keysOf(join(dir, archive))) {
      const before = places.get(key);
      const what =
        before === archive ? "its files do not stand together" : `a sample of this key is in ${before} too`;
      if (before !== undefined) faults.push({ path: `${archive}/${key}`, what });
      places.set(key, archive);
    }
  return faults;
}

/** The keys of an archive's samples in their order: a sample is what stands together under one key. */
function keysOf(archive: string): string[] {
  const keys = listMembers(archive).map(({ name }) => splitName(name).key);
  return keys.filter((key, i) => key !== keys[i - 1]);
}
