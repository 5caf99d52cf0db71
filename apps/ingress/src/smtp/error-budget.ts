/** How many errors, and how many commands without a message, a connection may make before it is closed, unless its client has logged in. */
const MAX_ERRORS = 20;
const MAX_COMMANDS = 200;

export type ErrorBudget = {
  /** Counts an error or a command. `true`: the budget is used up. */
  error(): boolean;
  command(): boolean;
  /** Sets both counts to 0, after a message or a login. */
  reset(): void;
};

export function openErrorBudget(): ErrorBudget {
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
    reset() {
      errors = 0;
      commands = 0;
    },
  };
}
