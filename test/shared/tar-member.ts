/** Tar archives made by hand, wrong ones too. */

interface Changes {
  type?: string;
  size?: string;
  checksum?: string;
}

/** A tar member as its header and content; the checksum is set right unless it is the mutation. */
export function member(name: string, content: string | Buffer, changes: Changes = {}): Buffer {
  const bytes = Buffer.from(content as string, "latin1");
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write(changes.size ?? `${bytes.length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  header.write(changes.type ?? "0", 156);
  header.write("ustar\x0000", 257);
  header.fill(" ", 148, 156);
  const sum = header.reduce((a, b) => a + b, 0);
  header.write(changes.checksum ?? `${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(bytes.length / 512) * 512);
  bytes.copy(body);
  return Buffer.concat([header, body]);
}

/** What stands behind the last member. */
export const END = Buffer.alloc(1024);

export const archive = (...members: Buffer[]) => Buffer.concat([...members, END]);
