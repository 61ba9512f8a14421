/** What a worker answers: a result, or the expected failure, which keeps its sentence and exit code on the way. */
import { AntbeeError } from "./errors.js";

export type Answer<Result> = { result: Result } | { error: { message: string; exitCode: 1 | 2 } };

/** Wraps a worker's function, so that it answers with an `AntbeeError` where it throws one. */
export function answering<Task, Result>(work: (task: Task) => Promise<Result>) {
  return async (task: Task): Promise<Answer<Result>> => {
    try {
      return { result: await work(task) };
    } catch (error) {
      if (!(error instanceof AntbeeError)) throw error;
      return { error: { message: error.message, exitCode: error.exitCode } };
    }
  };
}

/** @throws the failure that the worker met */
export function resultOf<Result>(answer: Answer<Result>): Result {
  if ("error" in answer) throw new AntbeeError(answer.error.message, answer.error.exitCode);
  return answer.result;
}
