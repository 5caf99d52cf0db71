/** The words about the proof that a user gives for a change of its login or the end of its account. */
import { loginText } from './login.ts';

export const proofText = {
  password: 'Your password',
  code: loginText.code,
  codeHint: loginText.codeHint,
  instead: { code: 'Use a code instead', current_password: 'Use the password instead' },
} as const;
