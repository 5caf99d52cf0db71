/** How much a client that nobody knows may get wrong on one connection, and how much it may ask for without a message. */
const MAX_ERRORS = 20;
const MAX_COMMANDS = 200;

export type Patience = {
  /** Each says whether it was one too many. */
  error(): boolean;
  command(): boolean;
  /** A message was taken, or somebody logged in: it counts from nought again. */
  renew(): void;
};

export function openPatience(): Patience {
  let errors = 0;
  let commands = 0;
  return {
    error() {
      errors += 1;
      return errors >= MAX_ERRORS;
    },
    command() {
      commands += 1;
      return commands >= MAX_COMMANDS;
    },
    renew() {
      errors = 0;
      commands = 0;
    },
  };
}
