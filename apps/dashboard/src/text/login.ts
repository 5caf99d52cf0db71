/** The words of the login page. */
export const loginText = {
  title: 'Sign in',
  email: 'E-mail address',
  password: 'Password',
  code: 'Code of your authenticator app',
  codeHint: 'Six digits, or one of your recovery codes.',
  submit: 'Sign in',
  local: 'On this machine, the link that `waybill dev` prints signs in without a password.',
} as const;
