/** The parts of the process that a command uses. Only `main.ts` passes the real process. */
export type Dependencies = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  /** Resolves when a person or the system asks the process to stop. */
  readonly stopAsked: () => Promise<void>;
};
