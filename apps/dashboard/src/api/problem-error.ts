/** A request that did not succeed, in the words of the API. */
import type { Problem } from '@waybill/contract/problem';

export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

const local = (code: string, title: string, fix: string): Problem => ({
  type: 'about:blank',
  title,
  status: 0,
  code,
  fix,
  request_id: '',
});

export const unreachable = (): ProblemError =>
  new ProblemError(
    local('unreachable', 'The server did not answer', 'Check the connection, then try again.'),
  );

/** An answer that is no problem document: a proxy in between made it. */
export const unreadable = (status: number): ProblemError =>
  new ProblemError({
    ...local(
      'unreadable_answer',
      `The answer with status ${status} did not come from Waybill`,
      'A proxy between this browser and Waybill answered. Check its log.',
    ),
    status,
  });

/** The problem of any error. An error of our own code is one too, so that a page never stays blank. */
export const problemOf = (error: unknown): Problem =>
  error instanceof ProblemError
    ? error.problem
    : local(
        'dashboard_error',
        'The dashboard made a mistake',
        error instanceof Error ? error.message : String(error),
      );

export const isUnauthenticated = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem.status === 401;
