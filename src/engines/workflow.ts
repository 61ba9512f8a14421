/** Work that is split into processes of its own for an engine: stages of units, each an `antbee` command line. */

/** What a unit asks for. */
export interface Resources {
  minutes: number;
  memoryGiB: number;
  cores: number;
}

/** Units that differ in one number only, such as shards or seeds. */
export interface Stage {
  /** Letters, digits, dots, dashes and underscores. */
  name: string;
  /** What it does, as a clause for a comment. */
  about: string;
  /** The numbers of its units, such as shards from 1 or seeds; null for a stage of one unit. */
  ids: readonly number[] | null;
  /** Names of stages that come before. */
  after: readonly string[];
  /** Those of them of which each unit waits for the one of its own number alone. */
  afterSame: readonly string[];
  /**
   * The arguments of `antbee`.
   * @param id how the engine writes the unit's number, or "auto" where the unit reads it from the environment
   * @param cores how it writes the cores that the unit was given
   */
  args(id: string, cores: string): string[];
  resources: Resources;
}

/** Stages in an order in which they can run one after the other. */
export interface Workflow {
  /** Names jobs. */
  name: string;
  /** What it does as a whole, a sentence. */
  about: string;
  /** The folder that units write to, tell of themselves in, and are asked about. */
  folder: string;
  stages: readonly Stage[];
  /** The arguments of `antbee` for the unit of an array's number, where one array runs all units in their order. */
  auto(cores: string): string[];
  /** Seconds for which such a unit may wait for those before it. */
  autoWait: number;
  /** The estimate behind what is asked for, a sentence. */
  estimate: string;
}

/** What a site decides. */
export interface Site {
  /** How `antbee` is called there. */
  antbee: readonly string[];
  /** The folder that paths are relative to. */
  cwd: string;
  /** The command line that wrote the text. */
  command: string;
  /** For Kubernetes: the image, and the claim of the volume that holds the working folder. */
  image: string;
  claim: string;
}

/** Seconds for which a unit waits for others where its engine starts it beside them. */
export const LONGEST_WAIT = 7 * 86_400;

export const unitCount = ({ stages }: Workflow): number =>
  stages.reduce((sum, { ids }) => sum + (ids?.length ?? 1), 0);

/** Word for word in a shell. */
export const shellQuote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
