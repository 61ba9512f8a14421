/** What a submission to an engine keeps in a folder beside the work itself: its own text, and the jobs' output. */
export const LOG_FOLDER = "logs";

/** The engine's file as it was submitted, to be submitted again in parts. */
export const SUBMISSIONS = {
  slurm: "submit.slurm.sh",
  kubernetes: "submit.kubernetes.yaml",
  snakemake: "Snakefile",
} as const;

export const SUBMISSION_FILES: readonly string[] = [LOG_FOLDER, ...Object.values(SUBMISSIONS)];
