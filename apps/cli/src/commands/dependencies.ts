/** What a command may touch of the process: passed in, so that only `main.ts` knows the real one. */
export type Dependencies = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  /** Resolves when the person or the system asks us to stop. */
  readonly stopAsked: () => Promise<void>;
};
